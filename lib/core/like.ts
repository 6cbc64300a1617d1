/** Text as LIKE looks for it word for word: what it reads as wildcards stands for itself. */
export const literally = (text: string): string => text.replace(/[\\%_]/g, "\\$&");

/** The pattern with which LIKE finds whatever holds this text. */
export const containing = (text: string): string => `%${literally(text)}%`;
