ALTER TABLE "api_user_secrets" ADD COLUMN "created_from" text;--> statement-breakpoint
ALTER TABLE "gateways" ADD COLUMN "created_from" text;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "adapter_secret_from" text;--> statement-breakpoint
-- From which account things were made was not noted until now: whoever made them is still there, mostly.
UPDATE "api_user_secrets" s SET "created_from" = u."account_id" FROM "users" u WHERE u."id" = s."created_by";--> statement-breakpoint
UPDATE "gateways" g SET "created_from" = u."account_id" FROM "users" u WHERE u."id" = g."created_by";--> statement-breakpoint
UPDATE "gateways" g SET "created_from" = u."account_id" FROM "api_users" u WHERE u."id" = g."created_by";--> statement-breakpoint
UPDATE "integrations" i SET "adapter_secret_from" = u."account_id" FROM "users" u
  WHERE u."id" = i."created_by" AND i."sealed_adapter_secret" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "api_user_secrets" ADD CONSTRAINT "api_user_secrets_of_user" UNIQUE("id","api_user_id");--> statement-breakpoint
ALTER TABLE "api_user_tokens" ADD COLUMN "secret_id" uuid;--> statement-breakpoint
-- With which of two secrets a token was got nobody knows: those end, and their programs sign in anew.
UPDATE "api_user_tokens" t SET "secret_id" = s."id" FROM "api_user_secrets" s WHERE s."api_user_id" = t."api_user_id"
  AND NOT EXISTS (SELECT FROM "api_user_secrets" o WHERE o."api_user_id" = s."api_user_id" AND o."id" <> s."id");--> statement-breakpoint
DELETE FROM "api_user_tokens" WHERE "secret_id" IS NULL;--> statement-breakpoint
ALTER TABLE "api_user_tokens" ALTER COLUMN "secret_id" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "api_user_tokens" ADD CONSTRAINT "api_user_tokens_secret_fk" FOREIGN KEY ("secret_id","api_user_id") REFERENCES "public"."api_user_secrets"("id","api_user_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_user_tokens_by_secret" ON "api_user_tokens" USING btree ("secret_id","created_at");
