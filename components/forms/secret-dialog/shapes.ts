/** The ways a secret is wanted: alone, as a line of an environment file, in a call, as a header. */
export const shapes = ["Value", ".env line", "curl", "Authorization header"] as const;

export type SecretShape = (typeof shapes)[number];

/** A secret written out in one of its shapes, on one line, so that nothing breaks when it is pasted. */
export function shaped(shape: SecretShape, secret: string, appUrl: string, variable: string) {
  const header = `Authorization: Bearer ${secret}`;
  if (shape === ".env line") return `${variable}=${secret}`;
  if (shape === "curl") return `curl -H "${header}" ${appUrl}/api/v1/me`;
  if (shape === "Authorization header") return header;
  return secret;
}

/** A secret as it may be seen over a shoulder: its kind and its last four. */
export function masked(secret: string) {
  const prefix = /^[a-z]+_[a-z]+_/.exec(secret)?.[0] ?? "";
  return `${prefix}${"•".repeat(24)}${secret.slice(-4)}`;
}
