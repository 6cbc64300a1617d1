import { BellRing, CircleCheck, CircleSlash, Lock, type LucideIcon, MailQuestion } from "lucide-react";
import { Badge, type Tone } from "#components/ui/badge.tsx";
import type { UserStatus } from "#lib/people/users/wire.ts";
import { statusLabels } from "./filter.ts";

const looks: Record<UserStatus, { tone: Tone; icon: LucideIcon }> = {
  active: { tone: "good", icon: CircleCheck },
  invited: { tone: "info", icon: MailQuestion },
  inactive: { tone: "neutral", icon: CircleSlash },
  locked: { tone: "danger", icon: Lock },
  notifications_only: { tone: "neutral", icon: BellRing },
};

/** How a person stands, in words. */
export function UserStatusBadge({ status }: { status: UserStatus }) {
  const { tone, icon: Icon } = looks[status];
  return (
    <Badge tone={tone} icon={<Icon aria-hidden />}>
      {statusLabels[status]}
    </Badge>
  );
}
