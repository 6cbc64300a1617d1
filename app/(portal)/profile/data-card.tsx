import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card } from "#components/ui/card.tsx";
import { DownloadData } from "#components/users/download-data.tsx";

/** What is kept about the person: to take along, and to have deleted. */
export function DataCard() {
  return (
    <Card
      id="data"
      title="Your data"
      description="Everything the portal keeps about you, as a zip: a page to read, and JSON for programs. It holds no passwords and no tokens."
      footer={
        <div className="flex flex-wrap items-center justify-between gap-3">
          <span>You can be deleted altogether. There are 14 days to think again.</span>
          <ButtonLink href="/delete-account" tone="danger-quiet" small>
            Delete my account…
          </ButtonLink>
        </div>
      }
    >
      <DownloadData />
    </Card>
  );
}
