/** Milliseconds of an ISO 8601 duration of weeks to seconds (`PT10M`, `-P1D`, `PT0.2S`); undefined when it is none. */
export function durationMs(text: string): number | undefined {
  const match =
    /^(-)?P(?=\d|T\d)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/.exec(
      text,
    )
  if (!match) return undefined
  const [weeks, days, hours, minutes, seconds] = match.slice(2).map((part) => Number(part ?? 0))
  const total = (((weeks! * 7 + days!) * 24 + hours!) * 60 + minutes!) * 60 + seconds!
  return (match[1] ? -1 : 1) * Math.round(total * 1000)
}
