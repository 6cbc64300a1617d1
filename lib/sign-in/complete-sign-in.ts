import { z } from "zod";
import type { Db } from "#db/client.ts";
import type { Caller } from "#lib/core/actor.ts";
import { programOf } from "#lib/core/agents.ts";
import { instant, wire } from "#lib/core/fields.ts";
import { type Notice, queueNotice } from "#lib/core/notice.ts";
import type { Way } from "./budgets.ts";
import { recognizeDevice } from "./devices.ts";
import type { Person } from "./people.ts";
import { openSession } from "./sessions/operations.ts";
import { signedInUser } from "./steps.ts";

/** What a finished sign-in gives. */
export const openedSession = z.object({
  token: z.string().meta({ secret: true, description: "`lk_ses_…`, for the Authorization header" }),
  expiresAt: instant,
  user: signedInUser,
});

/** Opens the session of somebody who has proven everything, and tells them when the device is new. */
export async function completeSignIn(tx: Db, caller: Caller, user: Person, how: { kind: Way; factors: string[] }) {
  const device = await recognizeDevice(tx, caller, user.id, how.kind);
  const isKnown = how.kind === "browser" && !device.isNew;
  const { token, expiresAt } = await openSession(tx, caller, user, { ...how, deviceId: device.id, isKnown });
  if (device.isNew && user.hasSignedIn) await queueNotice(tx, newDevice(user, caller));
  return { token, expiresAt: wire(expiresAt), device: device.secret, user };
}

const newDevice = ({ id, fullName }: Person, { agent, address }: Caller): Notice => ({
  userId: id,
  event: "new_device",
  subject: "Signed in with a new device",
  paragraphs: [
    `Hello ${fullName},`,
    `you signed in with ${programOf(agent) ?? "an unknown program"} from ${address}, which was not seen with your account before.`,
    "If this was you, there is nothing to do. If not, use the link in the mail: it ends every session of yours and leads you to a new password.",
  ],
  button: { words: "Look at your sessions", path: "/sessions" },
  link: { userId: id, purpose: "not-me", words: "This was not me", path: "/not-me", minutes: 7 * 1440 },
});
