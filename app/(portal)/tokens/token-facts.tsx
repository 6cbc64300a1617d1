import { ChevronDown } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Token } from "#lib/tokens/token.ts";
import { endedLabel } from "./ended-label.ts";

/** The scopes of a token: a short list as it is, a long one to be unfolded. */
export function ScopeChips({ scopes }: { scopes: string[] }) {
  if (scopes.length < 3) return <Chips scopes={scopes} />;
  return (
    <details className="group">
      <summary className="chip tone-neutral list-none hover:text-text">
        {scopes.length} scopes
        <ChevronDown aria-hidden className="transition-transform group-open:rotate-180" />
      </summary>
      <div className="mt-1.5">
        <Chips scopes={scopes} />
      </div>
    </details>
  );
}

function Chips({ scopes }: { scopes: string[] }) {
  return (
    <ul className="flex flex-wrap gap-1 @4xl:max-w-40">
      {scopes.map((scope) => (
        <li key={scope} className="max-w-full">
          <Badge title={scope}>{scope}</Badge>
        </li>
      ))}
    </ul>
  );
}

/** When a token was last used, from where and by what. */
export function LastUse({ token: { lastUsedAt, lastUsedAddress, lastUsedProgram } }: { token: Token }) {
  if (!lastUsedAt) return <span className="text-muted">Not used yet</span>;
  return (
    <div className="@4xl:min-w-28">
      <Time iso={lastUsedAt} as="relative" />
      <span className="flex flex-wrap gap-x-1.5 text-[0.8125rem] leading-5 text-muted">
        {lastUsedAddress && <span className="wrap-anywhere">{lastUsedAddress} ·</span>}
        <span className="wrap-anywhere">{lastUsedProgram ?? "unnamed program"}</span>
      </span>
    </div>
  );
}

/** When, by whom and why a token ended. */
export function Ending({ token }: { token: Token }) {
  if (!token.endedAt) return null;
  return (
    <>
      <Time iso={token.endedAt} as="relative" />
      <span className="block text-[0.8125rem] leading-5 text-muted wrap-anywhere">{endedLabel(token)}</span>
    </>
  );
}
