/** A session that was opened with an access key says with which, so that it ends with the key. */
export const byAccessKey = (id: string): string => `access_key ${id}`;

/** Is it what {@link byAccessKey} says, and no factor of a person? */
export const isAccessKey = (factor: string): boolean => factor.startsWith(byAccessKey(""));
