import { CircleAlert, CircleCheck, Clock, Hourglass, TriangleAlert } from "lucide-react";
import type { ReactElement } from "react";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import type { Credential, Standing } from "#lib/service-credentials/list.ts";

const words: Record<Standing, [tone: Tone, icon: ReactElement, text: string]> = {
  ready: ["good", <CircleCheck key="i" aria-hidden />, "Ready"],
  expires_soon: ["warn", <Clock key="i" aria-hidden />, "Ends soon"],
  expired: ["danger", <CircleAlert key="i" aria-hidden />, "Has ended"],
  pending: ["info", <Hourglass key="i" aria-hidden />, "Being made"],
  withdrawing: ["info", <Hourglass key="i" aria-hidden />, "Being withdrawn"],
  failed: ["danger", <TriangleAlert key="i" aria-hidden />, "In trouble"],
};

/** How a credential stands, in words and a colour. */
export function StandingBadge({ status }: { status: Standing }) {
  const [tone, icon, text] = words[status];
  return (
    <Badge tone={tone} icon={icon}>
      {text}
    </Badge>
  );
}

type Result = NonNullable<Credential["testResult"]>;

/** What a try came to, in words. */
export const resultWords: Record<Result, string> = {
  right: "It works",
  wrong_password: "Wrong name or secret",
  unreachable: "Not reachable",
  bad_certificate: "Bad certificate",
  host_changed: "Not the server it was",
  timed_out: "Timed out",
  other: "Did not work",
};

/** The kinds of secret, in words. */
export const kindWords: Record<Credential["kind"], string> = {
  password: "Username and password",
  token: "Token",
  "ssh-key": "SSH key",
};
