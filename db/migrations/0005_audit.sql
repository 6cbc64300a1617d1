CREATE TABLE "audit_checks" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "audit_checks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	"position" bigint NOT NULL,
	"entry_id" bigint,
	"hash" "bytea" NOT NULL,
	"broken_position" bigint,
	"problem" text
);
--> statement-breakpoint
CREATE INDEX "audit_refused_by_account" ON "audit_entries" USING btree ("account_id","id") WHERE "audit_entries"."result" = 'refused';--> statement-breakpoint
CREATE INDEX "audit_by_impersonator" ON "audit_entries" USING btree ("impersonator_id","id") WHERE "audit_entries"."impersonator_id" is not null;--> statement-breakpoint
CREATE TRIGGER "audit_checks_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_checks"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();
