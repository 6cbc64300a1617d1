import { Card, Fact, Facts } from "#components/ui/card.tsx";
import type { Integration } from "#lib/vault/integrations/integration.ts";
import { groupWords } from "../labelled-groups.ts";

/** What an integration is, for those who may see and not change it. */
export function FactsCard({ integration }: { integration: Integration }) {
  const { baseUrl, headerName, mode, adapterUrl, group, rotateDays, readableByPrograms } = integration;
  return (
    <Card id="facts" title="At a glance">
      <Facts>
        <Fact name="Address">{baseUrl}</Fact>
        {headerName && <Fact name="Header">{headerName}</Fact>}
        {mode === "automatic" && (
          <>
            <Fact name="Where secrets are made">{adapterUrl}</Fact>
            <Fact name="For whom">{group ? groupWords(group) : "Everybody of the account"}</Fact>
            <Fact name="Made anew">
              {rotateDays ? `After ${rotateDays === 1 ? "a day" : `${rotateDays} days`}` : "Never"}
            </Fact>
          </>
        )}
        <Fact name="Programs may read what is kept for it">{readableByPrograms ? "Yes" : "No"}</Fact>
      </Facts>
    </Card>
  );
}
