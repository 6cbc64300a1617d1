import type { Operation } from "./core/operation.ts";
import { getNotificationSettings, putNotificationSettings } from "./notifications/settings.ts";
import { countNotifications, listNotifications, readAllNotifications, readNotification } from "./notifications.ts";
import { changePassword } from "./passwords.ts";
import { deletePicture, getPicture, putPicture } from "./pictures.ts";
import { getProfile, updateProfile } from "./profile.ts";
import { listScopes } from "./scopes.ts";
import { endSession } from "./sessions.ts";
import { getSetup, setUp } from "./setup.ts";
import { createSession, redeemTicket, signIn } from "./sign-in.ts";
import { listTokens } from "./tokens/list.ts";
import { createToken, getToken, revokeToken, updateToken, verifyToken } from "./tokens.ts";
import { deleteWebhook, putWebhook, rotateWebhookSecret, testWebhook } from "./webhook.ts";

/** Everything the product can do. REST, the API document and the registry tests are loops over this list. */
export const operations: Operation[] = [
  getSetup,
  setUp,
  signIn,
  redeemTicket,
  createSession,
  endSession,
  getProfile,
  updateProfile,
  getPicture,
  putPicture,
  deletePicture,
  changePassword,
  listTokens,
  createToken,
  getToken,
  updateToken,
  revokeToken,
  verifyToken,
  listScopes,
  listNotifications,
  countNotifications,
  readNotification,
  readAllNotifications,
  getNotificationSettings,
  putNotificationSettings,
  putWebhook,
  rotateWebhookSecret,
  testWebhook,
  deleteWebhook,
];
