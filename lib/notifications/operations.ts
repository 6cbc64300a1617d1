import { countNotifications, listNotifications } from "./list.ts";
import { readAllNotifications, readNotification } from "./mark-read.ts";
import { getNotificationSettings, putNotificationSettings } from "./settings.ts";
import { listMailFailures, retryMailFailure } from "./undelivered/operations.ts";
import { deleteWebhook } from "./webhook/delete.ts";
import { putWebhook } from "./webhook/put.ts";
import { rotateWebhookSecret } from "./webhook/rotate-secret.ts";
import { testWebhook } from "./webhook/test.ts";

/** The inbox, its settings, webhooks and undelivered mail. */
export const notificationsOperations = [
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
  listMailFailures,
  retryMailFailure,
] as const;
