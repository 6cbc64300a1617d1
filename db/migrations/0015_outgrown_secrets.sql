ALTER TABLE "access_keys" ADD COLUMN "outgrown_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "api_user_secrets" ADD COLUMN "outgrown_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "access_keys_by_maker" ON "access_keys" USING btree ("created_by");--> statement-breakpoint
CREATE INDEX "api_user_secrets_by_maker" ON "api_user_secrets" USING btree ("created_by");
