DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'latchkey_tenant') THEN
    CREATE ROLE "latchkey_tenant" NOLOGIN;
  END IF;
  IF NOT pg_has_role(current_user, 'latchkey_tenant', 'MEMBER') THEN
    EXECUTE format('GRANT "latchkey_tenant" TO %I', current_user);
  END IF;
EXCEPTION WHEN insufficient_privilege THEN
  RAISE EXCEPTION 'The database role latchkey_tenant is missing, and % may not make it. As a superuser, run: CREATE ROLE latchkey_tenant NOLOGIN; GRANT latchkey_tenant TO %; then start again.', current_user, quote_ident(current_user);
END $$;--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS pg_trgm;--> statement-breakpoint
CREATE EXTENSION IF NOT EXISTS btree_gin;--> statement-breakpoint
CREATE TABLE "access_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"account_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"label" text DEFAULT '' NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"last_sign_in_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid,
	"modified_at" timestamp with time zone DEFAULT now() NOT NULL,
	"modified_by" uuid,
	CONSTRAINT "access_keys_id_is_16_digits" CHECK ("access_keys"."id" ~ '^[0-9a-f]{16}$')
);
--> statement-breakpoint
ALTER TABLE "access_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "account_relations" (
	"kind" text NOT NULL,
	"managing_id" text NOT NULL,
	"managed_id" text NOT NULL,
	"rights" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid,
	CONSTRAINT "account_relations_kind_managing_id_managed_id_pk" PRIMARY KEY("kind","managing_id","managed_id"),
	CONSTRAINT "account_relations_not_own" CHECK ("account_relations"."managing_id" <> "account_relations"."managed_id")
);
--> statement-breakpoint
ALTER TABLE "account_relations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit_seals" (
	"position" bigint PRIMARY KEY NOT NULL,
	"entry_id" bigint NOT NULL,
	"hash" "bytea" NOT NULL,
	"sealed_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "audit_seals_entry_id_unique" UNIQUE("entry_id")
);
--> statement-breakpoint
ALTER TABLE "audit_seals" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "group_members" (
	"group_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "group_members_group_id_user_id_pk" PRIMARY KEY("group_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "group_members" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "group_roles" (
	"group_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"role_id" uuid NOT NULL,
	"granted_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "group_roles_group_id_role_id_pk" PRIMARY KEY("group_id","role_id")
);
--> statement-breakpoint
ALTER TABLE "group_roles" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "groups" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" text NOT NULL,
	"name" text NOT NULL,
	"description" text DEFAULT '' NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid,
	"modified_at" timestamp with time zone DEFAULT now() NOT NULL,
	"modified_by" uuid,
	CONSTRAINT "groups_in_account" UNIQUE("id","account_id"),
	CONSTRAINT "groups_name_length" CHECK (length("groups"."name") between 1 and 100)
);
--> statement-breakpoint
ALTER TABLE "groups" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "relation_proposals" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"kind" text NOT NULL,
	"proposed_by" text NOT NULL,
	"managing_id" text NOT NULL,
	"managed_id" text NOT NULL,
	"rights" text[] NOT NULL,
	"message" text DEFAULT '' NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "relation_proposals_not_own" CHECK ("relation_proposals"."managing_id" <> "relation_proposals"."managed_id")
);
--> statement-breakpoint
ALTER TABLE "relation_proposals" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "accounts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "audit_entries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "authenticators" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "challenges" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "devices" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "email_changes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "former_passwords" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "links" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "notification_choices" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "notifications" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "passkey_challenges" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "passkeys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "pictures" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "recovery_codes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "roles" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "sessions" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "tickets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "tokens" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "user_roles" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "users" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
DROP INDEX "user_roles_by_role";--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "password_profile" text DEFAULT 'classic' NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "password_max_age_days" integer;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "locations" text[] DEFAULT '{insight-us-virginia}' NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "default_location" text DEFAULT 'insight-us-virginia' NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "created_by" uuid;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "modified_by" uuid;--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "actor_account_id" text;--> statement-breakpoint
ALTER TABLE "audit_entries" ADD COLUMN "impersonator_id" uuid;--> statement-breakpoint
ALTER TABLE "roles" ADD COLUMN "description" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "roles" ADD COLUMN "created_by" uuid;--> statement-breakpoint
ALTER TABLE "roles" ADD COLUMN "modified_by" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "impersonator_id" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "impersonator_session_id" uuid;--> statement-breakpoint
ALTER TABLE "sessions" ADD COLUMN "impersonation_reason" text;--> statement-breakpoint
ALTER TABLE "user_roles" ADD COLUMN "account_id" text DEFAULT '' NOT NULL;--> statement-breakpoint
UPDATE "user_roles" SET "account_id" = "users"."account_id" FROM "users" WHERE "users"."id" = "user_roles"."user_id";--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "invited_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "created_by" uuid;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "modified_by" uuid;--> statement-breakpoint
ALTER TABLE "access_keys" ADD CONSTRAINT "access_keys_user_id_account_id_users_id_account_id_fk" FOREIGN KEY ("user_id","account_id") REFERENCES "public"."users"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_relations" ADD CONSTRAINT "account_relations_managing_id_accounts_id_fk" FOREIGN KEY ("managing_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_relations" ADD CONSTRAINT "account_relations_managed_id_accounts_id_fk" FOREIGN KEY ("managed_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_group_id_account_id_groups_id_account_id_fk" FOREIGN KEY ("group_id","account_id") REFERENCES "public"."groups"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_members" ADD CONSTRAINT "group_members_user_id_account_id_users_id_account_id_fk" FOREIGN KEY ("user_id","account_id") REFERENCES "public"."users"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_roles" ADD CONSTRAINT "group_roles_role_id_roles_id_fk" FOREIGN KEY ("role_id") REFERENCES "public"."roles"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "group_roles" ADD CONSTRAINT "group_roles_group_id_account_id_groups_id_account_id_fk" FOREIGN KEY ("group_id","account_id") REFERENCES "public"."groups"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "groups" ADD CONSTRAINT "groups_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "relation_proposals" ADD CONSTRAINT "relation_proposals_proposed_by_accounts_id_fk" FOREIGN KEY ("proposed_by") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "access_keys_by_user" ON "access_keys" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "account_relations_by_managed" ON "account_relations" USING btree ("managed_id","kind");--> statement-breakpoint
CREATE INDEX "group_members_by_user" ON "group_members" USING btree ("user_id","group_id");--> statement-breakpoint
CREATE INDEX "group_roles_by_role" ON "group_roles" USING btree ("role_id","account_id","group_id");--> statement-breakpoint
CREATE UNIQUE INDEX "groups_name_once" ON "groups" USING btree ("account_id",lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "relation_proposals_once" ON "relation_proposals" USING btree ("kind","managing_id","managed_id");--> statement-breakpoint
CREATE INDEX "relation_proposals_by_managed" ON "relation_proposals" USING btree ("managed_id");--> statement-breakpoint
CREATE INDEX "relation_proposals_by_managing" ON "relation_proposals" USING btree ("managing_id");--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_impersonator_id_users_id_fk" FOREIGN KEY ("impersonator_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_impersonator_session_id_sessions_id_fk" FOREIGN KEY ("impersonator_session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_roles" ADD CONSTRAINT "user_roles_user_id_account_id_users_id_account_id_fk" FOREIGN KEY ("user_id","account_id") REFERENCES "public"."users"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_by_name" ON "accounts" USING btree (lower("name"),"id");--> statement-breakpoint
CREATE INDEX "audit_by_actor_account" ON "audit_entries" USING btree ("actor_account_id","id") WHERE "audit_entries"."actor_account_id" is not null;--> statement-breakpoint
CREATE INDEX "audit_by_account_action" ON "audit_entries" USING btree ("account_id","action","id");--> statement-breakpoint
CREATE INDEX "sessions_by_impersonator" ON "sessions" USING btree ("impersonator_session_id") WHERE "sessions"."impersonator_session_id" is not null;--> statement-breakpoint
CREATE INDEX "users_by_name" ON "users" USING btree ("account_id",lower("full_name"),"id");--> statement-breakpoint
CREATE INDEX "users_by_username" ON "users" USING btree ("account_id",lower("username"),"id");--> statement-breakpoint
CREATE INDEX "users_by_email" ON "users" USING btree ("account_id",lower("email"),"id");--> statement-breakpoint
CREATE INDEX "users_by_creation" ON "users" USING btree ("account_id","created_at","id");--> statement-breakpoint
CREATE INDEX "users_by_sign_in" ON "users" USING btree ("account_id",coalesce("last_sign_in_at", '-infinity'),"id");--> statement-breakpoint
CREATE INDEX "users_by_words" ON "users" USING gin ("account_id",lower("full_name" || ' ' || "username" || ' ' || "email") gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "user_roles_by_role" ON "user_roles" USING btree ("role_id","account_id","user_id");--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_password_age" CHECK ("accounts"."password_max_age_days" between 1 and 3650);--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_default_location" CHECK ("accounts"."default_location" = any("accounts"."locations"));--> statement-breakpoint
CREATE POLICY "accounts_bound" ON "accounts" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("accounts"."id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "accounts_related" ON "accounts" AS PERMISSIVE FOR SELECT TO "latchkey_tenant" USING (exists (select from account_relations r where
        (r.managing_id = "accounts"."id" and r.managed_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])) or (r.managed_id = "accounts"."id" and r.managing_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]))));--> statement-breakpoint
CREATE POLICY "audit_entries_bound" ON "audit_entries" AS PERMISSIVE FOR SELECT TO "latchkey_tenant" USING ("audit_entries"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]) or "audit_entries"."actor_account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "authenticators_bound" ON "authenticators" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "authenticators"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "challenges_bound" ON "challenges" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "challenges"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "devices_bound" ON "devices" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "devices"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "email_changes_bound" ON "email_changes" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "email_changes"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "former_passwords_bound" ON "former_passwords" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "former_passwords"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "links_bound" ON "links" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "links"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "notification_choices_bound" ON "notification_choices" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "notification_choices"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "notifications_bound" ON "notifications" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "notifications"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "passkey_challenges_bound" ON "passkey_challenges" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "passkey_challenges"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "passkeys_bound" ON "passkeys" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "passkeys"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "pictures_bound" ON "pictures" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "pictures"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "recovery_codes_bound" ON "recovery_codes" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "recovery_codes"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "roles_bound" ON "roles" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("roles"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "roles_global" ON "roles" AS PERMISSIVE FOR SELECT TO "latchkey_tenant" USING ("roles"."account_id" is null);--> statement-breakpoint
CREATE POLICY "sessions_bound" ON "sessions" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("sessions"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "tickets_bound" ON "tickets" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING (exists (select from users where users.id = "tickets"."user_id" and users.account_id = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[])));--> statement-breakpoint
CREATE POLICY "tokens_bound" ON "tokens" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("tokens"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "user_roles_bound" ON "user_roles" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("user_roles"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "users_bound" ON "users" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("users"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "access_keys_bound" ON "access_keys" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("access_keys"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "account_relations_bound" ON "account_relations" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("account_relations"."managing_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]) or "account_relations"."managed_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "audit_seals_all" ON "audit_seals" AS PERMISSIVE FOR SELECT TO "latchkey_tenant" USING (true);--> statement-breakpoint
CREATE POLICY "group_members_bound" ON "group_members" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("group_members"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "group_roles_bound" ON "group_roles" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("group_roles"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "groups_bound" ON "groups" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("groups"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "relation_proposals_bound" ON "relation_proposals" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("relation_proposals"."managing_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]) or "relation_proposals"."managed_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE FUNCTION "bind_user_role"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  SELECT account_id INTO NEW.account_id FROM users WHERE id = NEW.user_id;
  IF EXISTS (SELECT FROM roles WHERE id = NEW.role_id AND account_id <> NEW.account_id) THEN
    RAISE EXCEPTION 'a role of another account' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'user_roles_in_account';
  END IF;
  RETURN NEW;
END
$$;--> statement-breakpoint
CREATE TRIGGER "user_roles_bound" BEFORE INSERT OR UPDATE ON "user_roles" FOR EACH ROW EXECUTE FUNCTION "bind_user_role"();--> statement-breakpoint
CREATE FUNCTION "bind_group_role"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM roles WHERE id = NEW.role_id AND account_id <> NEW.account_id) THEN
    RAISE EXCEPTION 'a role of another account' USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'group_roles_in_account';
  END IF;
  RETURN NEW;
END
$$;--> statement-breakpoint
CREATE TRIGGER "group_roles_bound" BEFORE INSERT OR UPDATE ON "group_roles" FOR EACH ROW EXECUTE FUNCTION "bind_group_role"();--> statement-breakpoint
CREATE TRIGGER "audit_seals_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_seals"
  FOR EACH STATEMENT EXECUTE FUNCTION "refuse_audit_change"();--> statement-breakpoint
CREATE VIEW "directory" AS
  SELECT u.id, u.account_id, u.username, u.full_name, u.email,
    lower(u.full_name || ' ' || u.username || ' ' || u.email) AS words,
    lower(u.full_name) AS name_key, lower(u.username) AS username_key, lower(u.email) AS email_key,
    u.active, u.notifications_only, u.locked_until, u.locked_reason,
    u.password_hash IS NOT NULL AS has_password,
    EXISTS (SELECT FROM authenticators f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL)
      OR EXISTS (SELECT FROM passkeys f WHERE f.user_id = u.id) AS has_second_factor,
    u.invited_at, u.last_sign_in_at, coalesce(u.last_sign_in_at, '-infinity') AS signed_in_key,
    u.version, u.created_at, u.modified_at
  FROM users u
  WHERE u.account_id = any((SELECT string_to_array(current_setting('latchkey.accounts', true), ','))::text[]);--> statement-breakpoint
GRANT USAGE ON SCHEMA "public" TO "latchkey_tenant";--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "access_keys", "account_relations", "accounts", "authenticators", "challenges", "devices", "email_changes", "former_passwords", "group_members", "group_roles", "groups", "links", "notification_choices", "notifications", "passkey_challenges", "passkeys", "pictures", "recovery_codes", "relation_proposals", "roles", "sessions", "tickets", "tokens", "user_roles", "users" TO "latchkey_tenant";--> statement-breakpoint
GRANT SELECT ON "audit_entries", "audit_seals", "directory" TO "latchkey_tenant";
