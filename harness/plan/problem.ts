/** What is wrong in a scenario, in its author's words, with the place and what to do. */

export interface Problem {
  /** For a mistake on the command line: the option, for example `--input`; line and column are then 0. */
  file: string
  /** 1-based. */
  line: number
  column: number
  message: string
  /** What to do. */
  hint?: string
  /** The file's text at `line`. */
  source?: string
}

/** `file:line:column: message`, the line with a caret, and what to do. */
export function formatProblem(problem: Problem): string {
  const { file, line, column, message, hint, source } = problem
  const place = line > 0 ? `${file}:${line}:${column}` : file
  const lines = [`${place}: ${message}`]
  if (source !== undefined && line > 0) {
    const gutter = `${line} | `
    // Tabs stay tabs, so that the caret stands below its column whatever their width.
    const indent = source.slice(0, column - 1).replace(/[^\t]/g, ' ')
    lines.push(`  ${gutter}${source}`, `  ${' '.repeat(gutter.length - 2)}| ${indent}^`)
  }
  if (hint) lines.push(`  ${hint}`)
  return lines.join('\n')
}
