const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Could this part of an address be the id of a thing? */
export const isId = (text: unknown): text is string => typeof text === "string" && uuid.test(text);
