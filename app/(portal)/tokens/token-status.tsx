import {
  Ban,
  CalendarClock,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleSlash,
  Hourglass,
  type LucideIcon,
  Moon,
  RefreshCw,
} from "lucide-react";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import { Time } from "#components/ui/time.tsx";
import type { Token, TokenStatus } from "#lib/tokens/token.ts";
import { statusLabels } from "./filter.ts";

const words: Record<TokenStatus, string> = { ...statusLabels.active, ...statusLabels.inactive };

const looks: Record<TokenStatus, { tone: Tone; icon: LucideIcon }> = {
  active: { tone: "good", icon: CircleCheck },
  expires_soon: { tone: "warn", icon: Hourglass },
  expiring_today: { tone: "danger", icon: CircleAlert },
  not_started: { tone: "neutral", icon: CalendarClock },
  rotating: { tone: "neutral", icon: RefreshCw },
  never_used: { tone: "neutral", icon: CircleDashed },
  unused: { tone: "neutral", icon: Moon },
  expired: { tone: "neutral", icon: CircleSlash },
  revoked: { tone: "neutral", icon: Ban },
};

/** How a token stands, in words. */
export function TokenStatusBadge({ status }: { status: TokenStatus }) {
  const { tone, icon: Icon } = looks[status];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {words[status]}
    </Badge>
  );
}

/** When a token ends, from now on; the exact instant in the tooltip. */
export function ExpiryBadge({ token: { expiresAt, status } }: { token: Token }) {
  const urgent = status === "expiring_today" || status === "expires_soon";
  return (
    <Badge tone={urgent ? looks[status].tone : "neutral"}>
      {expiresAt ? <Time iso={expiresAt} as="relative" /> : "Never"}
    </Badge>
  );
}
