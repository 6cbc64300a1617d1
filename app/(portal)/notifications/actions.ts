"use server";

import { action } from "#lib/http/next/action.ts";
import {
  readAllNotifications as readAllNotificationsOperation,
  readNotification as readNotificationOperation,
} from "#lib/notifications/mark-read.ts";
import { putNotificationSettings } from "#lib/notifications/settings.ts";
import { deleteWebhook as deleteWebhookOperation } from "#lib/notifications/webhook/delete.ts";
import { putWebhook as putWebhookOperation } from "#lib/notifications/webhook/put.ts";
import { rotateWebhookSecret as rotateWebhookSecretOperation } from "#lib/notifications/webhook/rotate-secret.ts";
import { testWebhook as testWebhookOperation } from "#lib/notifications/webhook/test.ts";

export const readNotification = action(readNotificationOperation);

export const readAllNotifications = action(readAllNotificationsOperation);

export const saveSettings = action(putNotificationSettings);

export const putWebhook = action(putWebhookOperation);

export const rotateWebhookSecret = action(rotateWebhookSecretOperation);

export const testWebhook = action(testWebhookOperation);

export const deleteWebhook = action(deleteWebhookOperation);
