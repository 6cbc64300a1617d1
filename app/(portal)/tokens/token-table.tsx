"use client";

import { Cell, Row, RowActions, RowHead, Table } from "#components/ui/table.tsx";
import type { Token } from "#lib/tokens/token.ts";
import type { Filter } from "./filter.ts";
import { SelectToken } from "./select-token.tsx";
import { Ending, LastUse, ScopeChips } from "./token-facts.tsx";
import { TokenMenu } from "./token-menu.tsx";
import { TokenName } from "./token-name.tsx";
import { ExpiryBadge, TokenStatusBadge } from "./token-status.tsx";

type TableProps = { state: Filter["state"]; tokens: Token[]; onChanged?: () => void };

/** The tokens as a table: live ones with what is to come, ended ones with what became of them. */
export function TokenTable({ state, tokens, onChanged }: TableProps) {
  const ended = state === "inactive";
  const end = ended ? "Ended" : "Expires";
  return (
    <Table
      caption={ended ? "Ended API tokens" : "Live API tokens"}
      columns={["Token", "Scopes", "Last used", end, "Status", null]}
    >
      {tokens.map((token) => (
        <Row key={token.id}>
          <RowHead>
            <div className="flex gap-3">
              {token.live && <SelectToken token={token} />}
              <TokenName token={token} />
            </div>
          </RowHead>
          <Cell label="Scopes">
            <ScopeChips scopes={token.scopes} />
          </Cell>
          <Cell label="Last used">
            <LastUse token={token} />
          </Cell>
          <Cell label={end}>{ended ? <Ending token={token} /> : <ExpiryBadge token={token} />}</Cell>
          <Cell label="Status">
            <TokenStatusBadge status={token.status} />
          </Cell>
          <RowActions>
            <TokenMenu token={token} onChanged={onChanged} />
          </RowActions>
        </Row>
      ))}
    </Table>
  );
}
