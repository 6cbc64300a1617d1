CREATE TABLE "notice_folds" (
	"user_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"first_id" uuid,
	"mailed_at" timestamp with time zone,
	"count" integer DEFAULT 0 NOT NULL,
	"latest" jsonb DEFAULT '[]' NOT NULL,
	"due_at" timestamp with time zone,
	CONSTRAINT "notice_folds_user_id_kind_pk" PRIMARY KEY("user_id","kind")
);
--> statement-breakpoint
CREATE TABLE "unproven_mails" (
	"address" "bytea" PRIMARY KEY NOT NULL,
	"accounts" text[] NOT NULL,
	"sent_at" timestamp with time zone[] NOT NULL
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "email_set_by_administrator" boolean;--> statement-breakpoint
ALTER TABLE "notice_folds" ADD CONSTRAINT "notice_folds_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;