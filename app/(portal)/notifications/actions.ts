"use server";

import { action } from "#lib/http/next/action.ts";
import * as notifications from "#lib/notifications/operations.ts";
import * as settings from "#lib/notifications/settings.ts";
import * as webhook from "#lib/notifications/webhook/operations.ts";

export const readNotification = action(notifications.readNotification);

export const readAllNotifications = action(notifications.readAllNotifications);

export const saveSettings = action(settings.putNotificationSettings);

export const putWebhook = action(webhook.putWebhook);

export const rotateWebhookSecret = action(webhook.rotateWebhookSecret);

export const testWebhook = action(webhook.testWebhook);

export const deleteWebhook = action(webhook.deleteWebhook);
