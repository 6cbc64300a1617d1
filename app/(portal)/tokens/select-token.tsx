import type { Token } from "#lib/tokens/token.ts";

/** The form that takes the tokens which are chosen. */
export const chosenForm = "chosen-tokens";

/** Chooses a token. */
export function SelectToken({ token: { id, name } }: { token: Token }) {
  return (
    <input
      type="checkbox"
      form={chosenForm}
      name="id"
      value={id}
      aria-label={`Choose ${name}`}
      autoComplete="off"
      className="tick mt-0.5"
    />
  );
}
