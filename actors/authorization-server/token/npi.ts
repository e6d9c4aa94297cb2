/** National Provider Identifier: ten digits, the last one a check digit (45 CFR 162.406). */

/** @param text the number alone, or `namespace#number` as the guide suggests (B2B 5.2.1.1) */
export function isNpi(text: string): boolean {
  const [, number = ''] = /^(?:[^#]+#)?(\d{10})$/.exec(text) ?? []
  // ISO/IEC 7812: the Luhn sum with the prefix 80840, which adds 24.
  const sum = [...number].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 1 : 2)
    return total + (value > 9 ? value - 9 : value)
  }, 24)
  return number !== '' && sum % 10 === 0
}
