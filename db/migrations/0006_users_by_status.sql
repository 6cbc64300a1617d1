CREATE INDEX "users_locked" ON "users" USING btree ("account_id","id") WHERE "users"."locked_until" is not null;--> statement-breakpoint
CREATE INDEX "users_inactive" ON "users" USING btree ("account_id","id") WHERE not "users"."active";--> statement-breakpoint
CREATE INDEX "users_notified" ON "users" USING btree ("account_id","id") WHERE "users"."notifications_only";--> statement-breakpoint
CREATE INDEX "users_without_password" ON "users" USING btree ("account_id","id") WHERE "users"."password_hash" is null;