/** Scope tokens in words that a patient understands (SMART App Launch 1.0 and 2.0; OpenID Connect Core 5.4). */

export interface ScopeWords {
  label: string
  detail?: string
}

/** Whose record a `patient/` scope is about, as the person would say who is asked. */
type Whose = 'your' | 'this patient’s'

export function scopeWords(scope: string, whose: Whose = 'your'): ScopeWords {
  return known.get(scope) ?? smartWords(scope, whose) ?? { label: scope }
}

const known = new Map<string, ScopeWords>([
  ['openid', { label: 'Recognize you when you come back' }],
  ['fhirUser', { label: 'Know which patient or staff entry is you' }],
  ['profile', { label: 'See your name and other basic details' }],
  ['email', { label: 'See your e-mail address' }],
  ['phone', { label: 'See your telephone number' }],
  ['address', { label: 'See your postal address' }],
  ['launch', { label: 'Know which patient and visit you have open' }],
  ['launch/patient', { label: 'Know whose record it is' }],
  ['launch/encounter', { label: 'Know which visit it is about' }],
  ['online_access', { label: 'Keep access while you stay signed in' }],
  [
    'offline_access',
    {
      label: 'Keep access when you are not using the app',
      detail: 'It can look again later without asking you.',
    },
  ],
  ['udap', { label: 'Let the organization where you sign in confirm who you are' }],
])

const SMART = /^(patient|user|system)\/(\*|[A-Za-z]+)\.(read|write|\*|c?r?u?d?s?)(?:\?(.+))?$/

function smartWords(scope: string, whose: Whose): ScopeWords | undefined {
  const [, context = '', type = '', permissions = '', query] = SMART.exec(scope) ?? []
  if (!permissions) return
  const verbs = sentenceCase(listed(verbsOf(permissions)))
  if (type === '*') return { label: `${verbs} ${everything(context, whose)}`, ...restriction(query) }
  const category = query?.match(/^category=(?:[^|&,]*\|)?([^|&,]+)$/)?.[1]
  const narrow = categories.get(`${type}/${category}`)
  const noun = narrow ?? entries.get(type) ?? 'entries'
  const what = details.get(type) ?? of(noun, context, whose)
  return { label: `${verbs} ${what} (${type})`, ...(narrow ? {} : restriction(query)) }
}

/** Version 1 has three permissions; in version 2 each letter is one, and `s` alone finds what `r` reads. */
function verbsOf(permissions: string): string[] {
  const letters = { read: 'rs', write: 'cud', '*': 'cruds' }[permissions] ?? permissions
  const has = (letter: string) => letters.includes(letter)
  return [
    has('r') || has('s') ? 'read' : '',
    has('c') ? 'add' : '',
    has('u') ? 'change' : '',
    has('d') ? 'delete' : '',
  ].filter(Boolean)
}

function everything(context: string, whose: Whose): string {
  if (context === 'patient') return `everything in ${whose} record`
  return context === 'user' ? 'everything that you may see here' : 'the records of all patients'
}

function of(noun: string, context: string, whose: Whose): string {
  if (context === 'patient') return `${whose} ${noun}`
  return context === 'user' ? `${noun} of everyone whose record you may open` : `${noun} of all patients`
}

/** `?category=system|code`: the code tells a person more than its system's URL. */
function restriction(query: string | undefined): { detail?: string } {
  if (query === undefined) return {}
  const conditions = [...new URLSearchParams(query)].map(([name, value]) => {
    const codes = value.split(',').map((code) => code.slice(code.lastIndexOf('|') + 1))
    return `${name} is ${codes.join(' or ')}`
  })
  return { detail: `Only where ${conditions.join(' and ')}.` }
}

const listed = (words: string[]) =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`

const sentenceCase = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

/** What is somebody's, by type of resource. */
const entries = new Map([
  ['AllergyIntolerance', 'allergies'],
  ['Appointment', 'appointments'],
  ['Binary', 'files'],
  ['CarePlan', 'care plans'],
  ['CareTeam', 'care team'],
  ['Claim', 'insurance claims'],
  ['ClinicalImpression', 'clinical assessments'],
  ['Communication', 'messages'],
  ['Condition', 'diagnoses and health problems'],
  ['Consent', 'consents'],
  ['Coverage', 'insurance cover'],
  ['Device', 'implants and devices'],
  ['DiagnosticReport', 'test reports'],
  ['DocumentReference', 'documents and notes'],
  ['Encounter', 'visits and hospital stays'],
  ['EpisodeOfCare', 'episodes of care'],
  ['ExplanationOfBenefit', 'insurance claims and payments'],
  ['FamilyMemberHistory', 'family history'],
  ['Goal', 'health goals'],
  ['ImagingStudy', 'X-rays and other images'],
  ['Immunization', 'vaccinations'],
  ['Media', 'pictures and recordings'],
  ['MedicationAdministration', 'medicines as they were given'],
  ['MedicationDispense', 'medicines from the pharmacy'],
  ['MedicationRequest', 'prescriptions'],
  ['MedicationStatement', 'list of medicines'],
  ['Observation', 'lab results and vital signs'],
  ['Patient', 'name, address and other personal details'],
  ['Procedure', 'operations and other procedures'],
  ['QuestionnaireResponse', 'answers to questionnaires'],
  ['RelatedPerson', 'relatives and caregivers'],
  ['ServiceRequest', 'orders and referrals'],
  ['Specimen', 'samples'],
  ['Task', 'tasks'],
])

/** What is no patient's own. */
const details = new Map([
  ['Location', 'details of places of care'],
  ['Medication', 'details of medicines'],
  ['Organization', 'details of hospitals and other organizations'],
  ['Practitioner', 'details of doctors and other staff'],
  ['PractitionerRole', 'details of the work of doctors and other staff'],
  ['Provenance', 'details of who wrote what'],
  ['Questionnaire', 'details of questionnaires'],
])

/** What the categories of US Core select. */
const categories = new Map([
  ['Condition/encounter-diagnosis', 'diagnoses from visits'],
  ['Condition/health-concern', 'health concerns'],
  ['Condition/problem-list-item', 'list of health problems'],
  ['DiagnosticReport/LAB', 'lab reports'],
  ['DocumentReference/clinical-note', 'notes by doctors and other staff'],
  ['Observation/laboratory', 'lab results'],
  ['Observation/social-history', 'lifestyle, such as smoking'],
  ['Observation/survey', 'answers to surveys'],
  ['Observation/vital-signs', 'vital signs, such as blood pressure'],
])
