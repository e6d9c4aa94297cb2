/** What a person can do with a browser, and what they see in it: the same over plain HTTP as in Chromium. */
import type { HopId } from '../../wire/hop.ts'

/** Cookies are shared by its tabs. */
export interface Browser {
  tab(): Promise<Tab>
  close(): Promise<void>
}

export interface Tab {
  /** As from a link in another place, or typed in. */
  open(url: string): Promise<Arrival>
  /** Fills in what `entries` say, leaves all else as it is, and presses the button. */
  submit(form: Form, entries: Entry[], button: Control): Promise<Arrival>
  /** The page before; undefined when there was none. */
  back(): Promise<Arrival | undefined>
  /** A picture of what is shown, as PNG; undefined where there is no screen. */
  picture(): Promise<Buffer | undefined>
}

/** Where the tab came to, and all answers on the way; none when a page was shown again from memory. */
export interface Arrival {
  visits: Visit[]
  page: Page
}

/** A request for what the tab is to show, and its answer. */
export interface Visit {
  /** Absent when nothing was sent. */
  hop?: HopId
  url: string
  /** Absent when no answer came. */
  status?: number
  /** Absolute; of a redirect only. */
  location?: string
  /** Why no answer came, or why it was not shown. */
  failure?: string
}

export interface Page {
  url: string
  title: string
  /** Of level 1 and 2. */
  headings: string[]
  /** Texts with role="alert". */
  alerts: string[]
  forms: Form[]
}

export interface Form {
  /** Position among the forms of the page. */
  index: number
  /** Those that a person can use. */
  controls: Control[]
}

export interface Control {
  /** Position among the elements of the form. */
  index: number
  kind: 'text' | 'password' | 'checkbox' | 'radio' | 'button'
  name: string
  /** Of a checkbox or radio button what it sends; of a button too. */
  value: string
  /** What the person reads beside it or on it. */
  label: string
  checked: boolean
  /** It is shown, but cannot be changed. */
  disabled: boolean
}

/** What a person does to a control: types a text, sets or clears a mark. */
export interface Entry {
  control: Control
  value: string | boolean
}

export const blank: Page = { url: 'about:blank', title: '', headings: [], alerts: [], forms: [] }
