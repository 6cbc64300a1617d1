import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Credential } from "#lib/service-credentials/list.ts";
import { RevealForm } from "./reveal-form.tsx";
import { TestForm } from "./test-form.tsx";

/** The secret: whether it is right, and what it is, each only when asked. */
export function SecretCard({ credential: { id, name, status } }: { credential: Credential }) {
  const isThere = status !== "pending";
  return (
    <Card
      id="secret"
      title="Secret"
      description="It is sealed, and shown only after you have confirmed that it is you. Each time goes on record."
    >
      {isThere ? (
        <div className="grid gap-5">
          <TestForm id={id} />
          <RevealForm id={id} name={name} />
        </div>
      ) : (
        <Alert>There is no secret yet: the system has still to make it.</Alert>
      )}
    </Card>
  );
}
