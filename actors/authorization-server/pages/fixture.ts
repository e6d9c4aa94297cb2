/** Pages to try things on: each kind as people see it every day, and at its worst. */
import { type ConsentPage, consentPage } from './consent.ts'
import { type ErrorPage, errorPage } from './error.ts'
import { type PatientPage, patientPage } from './patient.ts'
import { type ProvidersPage, providersPage } from './providers.ts'
import type { Question } from './question.ts'
import { scopeWords } from './scope-words.ts'
import { type SignInPage, signInPage } from './sign-in.ts'
import { type SignOutPage, signOutPage } from './sign-out.ts'
import { type SignedOutPage, signedOutPage } from './signed-out.ts'

export const LOGO = 'https://app.example/logo.png'

export const question: Question = {
  site: 'Lakeside Hospital',
  action: '/interaction/1',
  csrf: 'csrf-of-the-form',
  app: {
    name: 'Heart Diary',
    uri: 'https://app.example/udap',
    logo: LOGO,
    redirectUri: 'https://app.example/callback',
  },
}

export const offered = (scopes: string) =>
  scopes.split(' ').map((scope) => ({ scope, ...scopeWords(scope), required: scope === 'openid' }))

const consent: ConsentPage = {
  ...question,
  person: 'Ana Oliveira',
  patient: 'Ana Oliveira, born 12 May 1984',
  scopes: offered(
    'openid fhirUser offline_access patient/Patient.r patient/Observation.rs?category=laboratory',
  ),
  role: 'authorization-server',
}

const TYPES =
  'AllergyIntolerance CarePlan CareTeam Condition Coverage Device DiagnosticReport DocumentReference Encounter ' +
  'ExplanationOfBenefit FamilyMemberHistory Goal Immunization Location MedicationDispense MedicationRequest ' +
  'Observation Organization Patient Practitioner PractitionerRole Procedure Provenance QuestionnaireResponse ' +
  'RelatedPerson ServiceRequest Specimen Basic'

const providers = [
  { issuer: 'https://idp.example', label: 'CareID' },
  { issuer: 'https://other.example', label: 'Lakeside County Health Identity Exchange' },
]

const LONG = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'

const signIns: Record<string, SignInPage> = {
  'sign-in': question,
  'sign-in-again': {
    ...question,
    username: 'ana',
    error: 'The username or the password is wrong.',
  },
}

const providersPages: Record<string, ProvidersPage> = {
  providers: {
    ...question,
    providers,
    local: true,
    error: 'CareID cannot be reached.',
  },
}

const patients: Record<string, PatientPage> = {
  patient: {
    ...question,
    patients: [
      { id: 'p1', label: 'Ana Oliveira', detail: 'Born 12 May 1984' },
      { id: 'p2', label: 'Tomás Oliveira', detail: 'Born 3 September 2019' },
      { id: 'p3', label: 'Maria do Carmo Oliveira' },
    ],
  },
  'patient-again': {
    ...question,
    error: 'Choose one of the records.',
    patients: [
      { id: 'p1', label: 'ליאורה כהן', detail: 'Born 12 May 1984' },
      { id: 'p2', label: LONG },
    ],
  },
}

const consents: Record<string, ConsentPage> = {
  consent,
  'consent-many': {
    ...consent,
    scopes: offered(
      ['openid', 'launch/patient', ...TYPES.split(' ').map((type) => `patient/${type}.rs`)].join(' '),
    ),
  },
  'consent-identity': {
    ...question,
    site: 'CareID',
    person: 'Ana Oliveira',
    app: { name: 'Lakeside Hospital', redirectUri: 'https://holder.example/callback' },
    scopes: offered('openid udap profile email fhirUser'),
    role: 'identity-provider',
  },
  'consent-worst': {
    ...consent,
    site: LONG,
    app: { ...question.app, name: 'مفكرة القلب', uri: `https://${'very.'.repeat(20)}long.example/udap` },
    person: `${LONG} ${LONG}`,
    patient: 'عائشة محمد',
    scopes: offered(
      `openid system/*.cruds patient/Observation.rs?code=${'x'.repeat(120)} ${'unknown'.repeat(20)}`,
    ),
  },
}

const errors: Record<string, ErrorPage> = {
  error: {
    site: question.site,
    title: 'This app is not known here.',
    message: 'The app that sent you here is not registered, so you cannot be sent back to it.',
    hint: 'Close this page and open the app again. If that does not help, tell those who made the app.',
  },
}

const signOuts: Record<string, SignOutPage> = {
  'sign-out': {
    site: question.site,
    person: 'Ana Oliveira',
    action: question.action,
    csrf: question.csrf,
    parameters: [['state', 's1']],
  },
}

const signedOuts: Record<string, SignedOutPage> = { 'signed-out': { site: question.site } }

/** A page with its model, whatever its kind. */
export interface Sample {
  name: string
  model: object
  /** The page of another model of the same kind. */
  render(model: object): string
}

const of = <Model extends object>(
  models: Record<string, Model>,
  render: (model: Model) => string,
): Sample[] =>
  Object.entries(models).map(([name, model]) => ({ name, model, render: (other) => render(other as Model) }))

export const samples: Sample[] = [
  ...of(signIns, signInPage),
  ...of(providersPages, providersPage),
  ...of(patients, patientPage),
  ...of(consents, consentPage),
  ...of(errors, errorPage),
  ...of(signOuts, signOutPage),
  ...of(signedOuts, signedOutPage),
]
