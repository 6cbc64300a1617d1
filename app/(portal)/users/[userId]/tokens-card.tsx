import { ConfirmButton } from "#components/forms/confirm-dialog.tsx";
import { accountField, inAccount } from "#components/layout/acting-account.ts";
import { Pager } from "#components/lists/pager.tsx";
import { Card } from "#components/ui/card.tsx";
import { Link } from "#components/ui/link.tsx";
import { Time } from "#components/ui/time.tsx";
import type { User } from "#lib/people/users/wire.ts";
import type { Token } from "#lib/tokens/token.ts";
import { revokeToken } from "./actions.ts";
import { tokensPath } from "./tokens-path.ts";

type TokensProps = {
  user: User;
  account?: string;
  tokens: Token[];
  /** Where this page of them begins, and where the next does. */
  cursor?: string;
  nextCursor: string | null;
  mayChange: boolean;
  mayExplain: boolean;
};

/** The live API tokens of a person, the newest first, a page at a time; never their secrets. */
export function TokensCard({ user, account, tokens, cursor, nextCursor, mayChange, mayExplain }: TokensProps) {
  return (
    <Card id="tokens" title="API tokens">
      {tokens.length === 0 && <p className="text-muted">{cursor ? "No further live token." : "No live token."}</p>}
      <ul className="grid gap-4">
        {tokens.map((token) => (
          <li key={token.id} className="flex flex-wrap items-center justify-between gap-3">
            <div className="min-w-0">
              <span className="font-medium wrap-anywhere">{token.name}</span>
              <span className="hint block wrap-anywhere">
                {token.preview} · {token.scopes.join(", ")}
              </span>
              <span className="hint block">
                <LastUse token={token} />
              </span>
              {mayExplain && (
                <Link
                  href={inAccount(`/permissions?who=${user.id}&token=${token.id}`, account)}
                  className="text-link text-[0.8125rem]"
                >
                  What it may do, and why<span className="sr-only">: {token.name}</span>
                </Link>
              )}
            </div>
            {mayChange && <Revoke user={user} account={account} token={token} />}
          </li>
        ))}
      </ul>
      <Pager cursor={cursor} next={nextCursor} pathOf={(cursor) => tokensPath(user.id, account, cursor)} />
    </Card>
  );
}

function LastUse({ token: { lastUsedAt, expiresAt } }: { token: Token }) {
  return (
    <>
      {lastUsedAt ? (
        <span>
          Used <Time iso={lastUsedAt} as="relative" />
        </span>
      ) : (
        <span>Never used</span>
      )}
      <span> · </span>
      {expiresAt ? (
        <span>
          ends <Time iso={expiresAt} as="relative" />
        </span>
      ) : (
        <span>never ends</span>
      )}
    </>
  );
}

function Revoke({ user, account, token }: Pick<TokensProps, "user" | "account"> & { token: Token }) {
  return (
    <ConfirmButton
      id={`token-${token.id}`}
      label="Revoke"
      describes={token.name}
      small
      title={`Revoke ${token.name}?`}
      action={revokeToken}
      fields={{ userId: user.id, id: token.id, ...accountField(account) }}
      verb="Revoke token"
      busy="Revoking…"
      success={`${token.name} was revoked.`}
    >
      {token.lastUsedAt ? (
        <span>
          Used <Time iso={token.lastUsedAt} as="relative" />
          <span>{token.lastUsedProgram ? ` by ${token.lastUsedProgram}. ` : ". "}</span>
        </span>
      ) : (
        <span>It was never used. </span>
      )}
      Whatever still uses it is refused from then on. It cannot be brought back, and {user.fullName} is told.
    </ConfirmButton>
  );
}
