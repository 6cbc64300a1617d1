"use client";

import { Form } from "#components/forms/form.tsx";
import type { Elements } from "#components/ui/elements.ts";
import type { Token } from "#lib/tokens/token.ts";
import { renameToken } from "./actions.ts";
import { NameFields } from "./name-fields.tsx";

type RenameProps = { token: Token; success?: string; onDone?: () => void; children: Elements };

/** Changes a token's name or description. `children` are its buttons. */
export function RenameForm({ token, success, onDone, children }: RenameProps) {
  return (
    <Form action={renameToken} success={success} onDone={onDone}>
      <input type="hidden" name="id" value={token.id} />
      <NameFields token={token} />
      {children}
    </Form>
  );
}
