import { Alert } from "#components/ui/alert.tsx";
import { Card } from "#components/ui/card.tsx";
import type { ServiceCredential } from "#lib/vault/service-credentials/service-credential.ts";
import { RevealForm } from "./reveal-form.tsx";
import { TestForm } from "./test-form.tsx";

const missing: Partial<Record<ServiceCredential["status"], string>> = {
  pending: "There is no secret yet: the system has still to make it.",
  failed: "There is no secret yet: the system could not make it. It is asked again.",
  withdrawing: "There is no secret any more: the system is being asked to end it.",
};

/** The secret: whether it is right, and what it is, each only when asked. */
export function SecretCard({ credential: { id, name, status } }: { credential: ServiceCredential }) {
  const why = missing[status];
  return (
    <Card
      id="secret"
      title="Secret"
      description="It is sealed, and shown only after you have confirmed that it is you. Each time goes on record."
    >
      {why ? (
        <Alert>{why}</Alert>
      ) : (
        <div className="grid gap-5">
          <TestForm id={id} />
          <RevealForm id={id} name={name} />
        </div>
      )}
    </Card>
  );
}
