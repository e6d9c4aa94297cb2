/** Extension objects beside hl7-b2b, which a trust community has defined (guide 5.2.1.1), by their keys. */
import type { RuleId } from '../../../spec/types.ts'
import type { Fault } from '../../make.ts'

const fault = (
  mutation: string,
  title: string,
  breaks: RuleId[],
  change: (objects: Record<string, unknown>) => Record<string, unknown>,
): Fault => ({
  name: `further-objects/${mutation}`,
  artifact: 'further-objects',
  title,
  on: 'draft',
  scope: 'step',
  touches: [''],
  breaks,
  change,
})

export const furtherObjectsFaults = [
  fault('left-out', 'The extension objects of the community are left out.', ['com-016'], () => ({})),
  fault('emptied', 'Nothing is in the extension objects of the community.', ['com-017'], (objects) =>
    Object.fromEntries(Object.keys(objects).map((key) => [key, {}])),
  ),
]
