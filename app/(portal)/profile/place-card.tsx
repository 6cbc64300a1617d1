import { Badge } from "#components/ui/badge.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { OwnProfile } from "#lib/people/profile.ts";

/** Where the person belongs, what they may do there, and what happened when. */
export function PlaceCard({ profile }: { profile: OwnProfile }) {
  const { account, roles, lastSignInAt, passwordChangedAt, createdAt } = profile;
  return (
    <Card
      id="membership"
      title="Membership and roles"
      description="Roles say what you may do. Administrators give them."
    >
      <Facts>
        <Fact name="Account">
          {account.name} <span className="text-muted tabular-nums">· {account.id}</span>
        </Fact>
        <Fact name="Roles">
          <Roles roles={roles} />
        </Fact>
        <Fact name="Member since">
          <Time iso={createdAt} as="date" />
        </Fact>
        <Fact name="Last sign-in">{lastSignInAt ? <Time iso={lastSignInAt} as="both" /> : "Never"}</Fact>
        <Fact name="Password changed">{passwordChangedAt ? <Time iso={passwordChangedAt} as="both" /> : "Never"}</Fact>
      </Facts>
    </Card>
  );
}

function Roles({ roles }: Pick<OwnProfile, "roles">) {
  if (roles.length === 0) return "None. Ask an administrator for one.";
  return (
    <ul className="flex flex-wrap gap-1.5">
      {roles.map(({ id, name, global }) => (
        <li key={id}>
          <Badge title={global ? "The same in every account of this portal" : undefined}>{name}</Badge>
        </li>
      ))}
    </ul>
  );
}
