import { Monitor, Smartphone, Terminal } from "lucide-react";
import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Time } from "#components/ui/time.tsx";
import type { WireSession } from "#lib/sign-in/sessions/list.ts";
import { endOneSession } from "./actions.ts";

/** One session: what and where it is, since when, how it was proven, and its end. */
export function SessionCard({ session }: { session: WireSession }) {
  const { id, device, address, current } = session;
  const name = device ?? "An unknown program";
  return (
    <li className="card flex flex-wrap items-start gap-x-4 gap-y-3 p-5">
      <div className="grid size-10 shrink-0 place-items-center rounded-xl border border-line bg-sunken text-muted [&>svg]:size-5">
        <DeviceIcon {...session} />
      </div>
      <div className="min-w-0 flex-1 basis-56">
        <h2 className="flex flex-wrap items-center gap-x-2.5 gap-y-1 font-semibold">
          <span>{name}</span>
          {current && <Badge tone="good">This device</Badge>}
          {session.kind === "api" && <Badge>API</Badge>}
          {session.impersonatedBy && <Badge tone="warn">{session.impersonatedBy} acts as you</Badge>}
        </h2>
        <p className="mt-1 leading-relaxed text-muted wrap-anywhere">
          {session.impersonatedBy
            ? "Opened by an administrator, for an hour at most"
            : `${address ?? "Unknown address"} · ${methodOf(session.factors)}`}
        </p>
        <p className="mt-0.5 text-[0.8125rem] leading-relaxed text-muted">
          {session.impersonatedBy ? "Begun" : "Signed in"} <Time iso={session.createdAt} as="relative" /> · last active{" "}
          <Time iso={session.lastSeenAt} as="relative" />
        </p>
      </div>
      {!current && (
        <ConfirmButton
          id={`end-${id}`}
          label="Sign out"
          describes={`${name} from ${address ?? "an unknown address"}`}
          small
          title={`End the session of ${name}?`}
          action={endOneSession}
          fields={{ id }}
          verb="End session"
          busy="Ending…"
          success="The session was ended"
        >
          Whoever uses it, from {address ?? "an unknown address"}, has to sign in again.
        </ConfirmButton>
      )}
    </li>
  );
}

function DeviceIcon({ kind, device }: Pick<WireSession, "kind" | "device">) {
  if (kind === "api") return <Terminal aria-hidden />;
  return /Android|iOS|Phone/i.test(device ?? "") ? <Smartphone aria-hidden /> : <Monitor aria-hidden />;
}

const factorWords: Record<string, string> = {
  password: "password",
  totp: "authenticator",
  passkey: "passkey",
  recovery: "recovery code",
};

/** How it was proven: "password + authenticator". */
const methodOf = (factors: string[]) => factors.map((factor) => factorWords[factor] ?? factor).join(" + ");
