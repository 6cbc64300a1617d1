import { inAccount } from "#components/layout/acting-account.ts";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { Time } from "#components/ui/time.tsx";
import type { User } from "#lib/people/users/wire.ts";
import { hasExternalIdp } from "../has-external-idp.ts";

const passwordWords: Record<User["passwordState"], string> = {
  none: "None yet",
  own: "Their own",
  once: "One-time, to be replaced at its first use",
  temporary_expired: "One-time, no longer good",
};

type FactsProps = { user: User; account?: string; mayExplain: boolean };

/** What is to be known of a person, and changes by itself. */
export function FactsCard({ user, account, mayExplain }: FactsProps) {
  return (
    <Card id="facts" title="At a glance">
      <Facts>
        <Fact name="Username">
          <span className="font-mono text-[0.8125rem]">{user.username}</span>
        </Fact>
        <Fact name="Id">
          <span className="font-mono text-[0.8125rem] select-all" translate="no">
            {user.id}
          </span>
        </Fact>
        <Fact name="Last signed in">{user.lastSignInAt ? <Time iso={user.lastSignInAt} as="both" /> : "Never"}</Fact>
        <Fact name="Password">
          <span>{hasExternalIdp(user) ? "None: they sign in elsewhere" : passwordWords[user.passwordState]}</span>
          {user.passwordChangedAt && (
            <span>
              , set <Time iso={user.passwordChangedAt} as="relative" />
            </span>
          )}
        </Fact>
        {user.invitedAt && (
          <Fact name="Invited">
            <Time iso={user.invitedAt} as="both" />
          </Fact>
        )}
        <Fact name="Made">
          <Time iso={user.createdAt} as="both" />
        </Fact>
        {user.deletionDueAt && (
          <Fact name="Will be deleted">
            <Time iso={user.deletionDueAt} as="both" />, as they asked
          </Fact>
        )}
        {mayExplain && (
          <Fact name="Read on">
            <Link href={inAccount(`/permissions?who=${user.id}`, account)} className="text-link">
              What they may do, and why
            </Link>
          </Fact>
        )}
      </Facts>
    </Card>
  );
}
