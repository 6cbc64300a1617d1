import { CircleAlert, CircleCheck, Clock, Hourglass, TriangleAlert } from "lucide-react";
import type { ReactElement } from "react";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import type { ServiceCredential, ServiceCredentialStatus } from "#lib/vault/service-credentials/service-credential.ts";

type Look = [tone: Tone, icon: ReactElement, text: string];

const words: Record<ServiceCredentialStatus, Look> = {
  ready: ["good", <CircleCheck key="i" aria-hidden />, "Ready"],
  expires_soon: ["warn", <Clock key="i" aria-hidden />, "Ends soon"],
  expired: ["danger", <CircleAlert key="i" aria-hidden />, "Has ended"],
  pending: ["info", <Hourglass key="i" aria-hidden />, "Being made"],
  withdrawing: ["info", <Hourglass key="i" aria-hidden />, "Being withdrawn"],
  failed: ["danger", <TriangleAlert key="i" aria-hidden />, "In trouble"],
};

type TestedCredential = Pick<ServiceCredential, "status" | "testResult">;

/** How a credential stands, in words and a colour: nothing is ready that did not work when it was tried last. */
export function CredentialStatus({ status, testResult }: TestedCredential) {
  const failed = testResult !== null && testResult !== "right" && isWhole.has(status);
  const [tone, icon, text] = failed ? didNotWork(testResult) : words[status];
  return (
    <Badge tone={tone} icon={icon}>
      {text}
    </Badge>
  );
}

type Result = NonNullable<ServiceCredential["testResult"]>;

/** What a try came to, in words. */
export const resultLabels: Record<Result, string> = {
  right: "It works",
  wrong_password: "Wrong name or secret",
  unreachable: "Not reachable",
  bad_certificate: "Bad certificate",
  host_changed: "Not the server it was",
  timed_out: "Timed out",
  other: "Did not work",
};

const isWhole = new Set<ServiceCredentialStatus>(["ready", "expires_soon"]);

const didNotWork = (result: Result): Look => ["danger", <TriangleAlert key="i" aria-hidden />, resultLabels[result]];

/** The kinds of secret, in words. */
export const kindLabels: Record<ServiceCredential["kind"], string> = {
  password: "Username and password",
  token: "Token",
  "ssh-key": "SSH key",
};
