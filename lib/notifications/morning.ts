/** The hour of a person's day from which on they are reminded. */
export const morning = 8;
