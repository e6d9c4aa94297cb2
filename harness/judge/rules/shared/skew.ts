/** Seconds: nobody's clock is exact, and receivers may put up with so much. */
export const SKEW_S = 300
