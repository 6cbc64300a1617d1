import { cache } from "react";
import { may } from "#lib/core/actor.ts";
import { hasSecondFactor } from "#lib/core/freshness.ts";
import { read, signedIn } from "#lib/http/next/page.ts";
import { countNotifications } from "#lib/notifications/list.ts";
import { getProfile } from "#lib/people/profile.ts";

/** The reader's profile, read once for the frame and the page in it. */
export const ownProfile = cache(() => read(getProfile));

/**
 * Who is signed in, for the frame around every page; it stands also for a person who may not even see their profile.
 */
export async function portalFrame() {
  const actor = await signedIn();
  const profile = may(actor, getProfile) ? await ownProfile() : null;
  return {
    actor,
    user: {
      fullName: actor.fullName,
      username: actor.username,
      email: actor.email,
      pictureUrl: pictureSource(profile?.pictureUrl ?? null),
    },
    account: { name: actor.accountName, id: actor.accountId },
    unread: (await read(countNotifications)).unread,
    mayLackFactor: !hasSecondFactor(actor),
    deletionDueAt: profile?.deletionDueAt ?? null,
    unverified: profile && !profile.emailVerifiedAt ? profile.email : null,
  };
}

/** Where a picture is for an `<img>`: the profile names it below the API's root. */
export const pictureSource = (pictureUrl: string | null) => pictureUrl && `/api/v1${pictureUrl}`;
