import { inAccount } from "#components/layout/acting-account.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { Time } from "#components/ui/time.tsx";
import type { ApiUserProps } from "./cards.tsx";

/** What is to be known of an API user, and where to read on. */
export function FactsCard({
  user,
  account,
  mayExplain,
  mayAudit,
}: ApiUserProps & { mayExplain: boolean; mayAudit: boolean }) {
  return (
    <Card id="facts" title="At a glance">
      <Facts>
        <Fact name="Id">
          <span className="font-mono text-[0.8125rem] select-all" translate="no">
            {user.id}
          </span>
        </Fact>
        <Fact name="E-mail address">{user.email}</Fact>
        <Fact name="Groups">
          <span className="flex flex-wrap gap-1.5">
            {user.groups.map(({ id, name }) => (
              <Badge key={id}>{name}</Badge>
            ))}
            {user.groups.length === 0 && <span>None</span>}
          </span>
        </Fact>
        <Fact name="Last signed in">
          {user.lastSignInAt ? (
            <span>
              <Time iso={user.lastSignInAt} as="both" /> {`from ${user.lastSignInAddress}`}
            </span>
          ) : (
            "Never"
          )}
        </Fact>
        <Fact name="Made">
          <Time iso={user.createdAt} as="both" />
        </Fact>
        {(mayExplain || mayAudit) && (
          <Fact name="Read on">
            <span className="flex flex-wrap gap-x-4 gap-y-1">
              {mayExplain && (
                <a href={inAccount(`/permissions?program=${user.id}`, account)} className="text-link">
                  What it may do, and why
                </a>
              )}
              {mayAudit && (
                <a href={inAccount(`/audit?actor=${user.id}`, account)} className="text-link">
                  What it did
                </a>
              )}
            </span>
          </Fact>
        )}
      </Facts>
    </Card>
  );
}
