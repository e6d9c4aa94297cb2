/** Images of files of this machine, without a Dockerfile: made anew only when their content has changed. */
import { command, succeed } from './command.ts'

const LABEL = 'udap-testbed.digest'

/**
 * @param digest of all that is in the image
 * @param pack gives the path of a tar file of it
 */
export async function importOnce(name: string, digest: string, pack: () => Promise<string>): Promise<void> {
  const format = `{{index .Config.Labels "${LABEL}"}}`
  const { output } = await command('docker', ['image', 'inspect', '--format', format, name])
  if (output.trim() === digest) return
  await succeed('docker', ['import', '--change', `LABEL ${LABEL}=${digest}`, await pack(), name])
}
