import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { Card } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { ServiceCredential } from "#lib/vault/service-credentials/service-credential.ts";
import { deleteCredential } from "../actions.ts";

/** Deletes it, once it is said who still reads it. */
export function DeleteCard({ credential: { id, name, usedBy } }: { credential: ServiceCredential }) {
  const readers = usedBy.filter(({ reader }) => reader !== "session");
  const [latest] = readers;
  return (
    <Card
      id="delete"
      title="Delete this credential"
      description="It is forgotten here for good. In the other system it stays good until you end it there."
    >
      <ConfirmButton
        id="delete-credential"
        label="Delete credential…"
        title={`Delete ${name}?`}
        action={deleteCredential}
        fields={{ id }}
        verb="Delete credential"
        busy="Deleting…"
        typed={latest && name}
      >
        {latest ? (
          <span>
            It is in use: read by {readers.map((reader) => reader.name).join(", ")}, last{" "}
            <Time iso={latest.lastAt} as="relative" />. These programs cannot read it any more.
          </span>
        ) : (
          "No program has read it."
        )}
      </ConfirmButton>
    </Card>
  );
}
