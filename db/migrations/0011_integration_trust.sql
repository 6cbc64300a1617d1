ALTER TABLE "integrations" ADD COLUMN "sealed_former_secret" "bytea";--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "host_key" text;--> statement-breakpoint
ALTER TABLE "integrations" ADD COLUMN "offered_host_key" text;--> statement-breakpoint
ALTER TABLE "service_credentials" ADD COLUMN "troubled_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "service_credentials" ADD COLUMN "asked_until" timestamp with time zone;