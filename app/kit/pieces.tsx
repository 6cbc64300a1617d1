import { Plus } from "lucide-react";
import { Alert } from "#components/ui/alert.tsx";
import { Avatar } from "#components/ui/avatar.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { ButtonLink } from "#components/ui/button-link.tsx";
import { Card, Fact, Facts } from "#components/ui/card.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Actions, Dialog } from "#components/ui/dialog.tsx";
import { Link } from "#components/ui/link.tsx";
import { Menu } from "#components/ui/menu.tsx";
import { MenuLink } from "#components/ui/menu-item.tsx";
import { OutgrownBadge } from "#components/ui/outgrown-badge.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { Cell, Row, RowActions, RowHead, Table } from "#components/ui/table.tsx";
import { Tab, Tabs } from "#components/ui/tabs.tsx";
import { Time } from "#components/ui/time.tsx";

const tones = ["neutral", "good", "warn", "danger", "info"] as const;
const buttonTones = ["primary", "secondary", "quiet", "danger", "danger-quiet"] as const;
const at = "2026-03-03T09:30:00.000Z";

/** What is only looked at or pressed. */
export function Pieces() {
  return (
    <>
      <Buttons />
      <Marks />
      <Messages />
      <Things />
    </>
  );
}

const Buttons = () => (
  <Card id="buttons" title="Buttons" description="Each tone, large, small and disabled.">
    <div className="grid gap-4">
      {buttonTones.map((tone) => (
        <div key={tone} className="flex flex-wrap items-center gap-2.5">
          <Button tone={tone}>{tone}</Button>
          <Button tone={tone} small>
            {`${tone}, small`}
          </Button>
          <Button tone={tone} disabled>
            {`${tone}, disabled`}
          </Button>
          <ButtonLink href="/kit" tone={tone} small>
            <Plus aria-hidden /> {`${tone} link`}
          </ButtonLink>
        </div>
      ))}
      <div className="flex flex-wrap items-center gap-2.5">
        <CopyButton text="kit" what="the word kit" />
        <Button opens="kit-dialog">Open a dialog</Button>
        <Button opens="kit-question">Open a question</Button>
      </div>
    </div>
    <Dialog
      id="kit-dialog"
      title="A dialog"
      description="It closes by its cross, by Escape and by a click beside it."
    />
    <Dialog id="kit-question" alert title="A question?" description="It has to be answered.">
      <Actions>
        <Button closes="kit-question">Cancel</Button>
        <Button closes="kit-question" tone="danger">
          Answer
        </Button>
      </Actions>
    </Dialog>
  </Card>
);

const Marks = () => (
  <Card id="marks" title="Badges, avatars, times">
    <div className="grid gap-4">
      <p className="flex flex-wrap gap-2">
        {tones.map((tone) => (
          <Badge key={tone} tone={tone}>
            {tone}
          </Badge>
        ))}
        <OutgrownBadge since={at} />
      </p>
      <div className="flex items-center gap-3">
        <Avatar name="Ada Moreno" pictureUrl={null} size="small" />
        <Avatar name="Ada Moreno" pictureUrl={null} />
        <Avatar name="Ada Moreno" pictureUrl={null} size="large" />
        <Spinner />
      </div>
      <p className="flex flex-wrap gap-4">
        {(["exact", "relative", "both", "date"] as const).map((as) => (
          <Time key={as} iso={at} as={as} />
        ))}
      </p>
    </div>
  </Card>
);

const Messages = () => (
  <Card id="messages" title="Alerts">
    <div className="grid gap-4">
      {tones.map((tone) => (
        <Alert key={tone} tone={tone} title={`A title that is ${tone}`}>
          What happened, and what to do.
        </Alert>
      ))}
      <Alert>
        Without a title, and with a{" "}
        {
          <Link href="/kit" className="text-link">
            link
          </Link>
        }
        .
      </Alert>
    </div>
  </Card>
);

const Things = () => (
  <Card id="things" title="Tabs, tables, facts" footer="A footer">
    <div className="grid gap-5">
      <Tabs label="Which tab">
        <Tab href="/kit" current>
          Current
        </Tab>
        <Tab href="/kit#other" current={false} count={3}>
          Other
        </Tab>
      </Tabs>
      <Table caption="Things" columns={["Name", "Status", null]}>
        <Row>
          <RowHead>nightly export</RowHead>
          <Cell label="Status">
            <Badge tone="good">Active</Badge>
          </Cell>
          <RowActions>
            <Menu label="Actions for nightly export">
              <MenuLink href="/kit#one">Look at it</MenuLink>
              <MenuLink href="/kit#two" danger>
                End it
              </MenuLink>
            </Menu>
          </RowActions>
        </Row>
      </Table>
      <Facts>
        <Fact name="Created">
          <Time iso={at} />
        </Fact>
        <Fact name="A name that is long">A value</Fact>
      </Facts>
    </div>
  </Card>
);
