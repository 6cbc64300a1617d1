CREATE TABLE "api_user_groups" (
	"api_user_id" uuid NOT NULL,
	"group_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"added_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "api_user_groups_api_user_id_group_id_pk" PRIMARY KEY("api_user_id","group_id")
);
--> statement-breakpoint
ALTER TABLE "api_user_groups" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "api_user_secrets" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" text NOT NULL,
	"api_user_id" uuid NOT NULL,
	"hash" text NOT NULL,
	"last_used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid
);
--> statement-breakpoint
ALTER TABLE "api_user_secrets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "api_user_tokens" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" text NOT NULL,
	"api_user_id" uuid NOT NULL,
	"customer_key_id" uuid NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"sealed_secret" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "api_user_tokens_secret_hash_unique" UNIQUE("secret_hash")
);
--> statement-breakpoint
ALTER TABLE "api_user_tokens" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "api_users" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" text NOT NULL,
	"login" text NOT NULL,
	"name" text NOT NULL,
	"surname" text NOT NULL,
	"email" text NOT NULL,
	"active" boolean DEFAULT true NOT NULL,
	"allowed_addresses" text[] DEFAULT '{}' NOT NULL,
	"last_sign_in_at" timestamp with time zone,
	"last_sign_in_address" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid,
	"modified_at" timestamp with time zone DEFAULT now() NOT NULL,
	"modified_by" uuid,
	CONSTRAINT "api_users_in_account" UNIQUE("id","account_id"),
	CONSTRAINT "api_users_login_length" CHECK (length("api_users"."login") between 1 and 100)
);
--> statement-breakpoint
ALTER TABLE "api_users" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "customer_keys" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" text NOT NULL,
	"key_hash" "bytea" NOT NULL,
	"sealed_key" "bytea" NOT NULL,
	"ends_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid,
	CONSTRAINT "customer_keys_key_hash_unique" UNIQUE("key_hash"),
	CONSTRAINT "customer_keys_in_account" UNIQUE("id","account_id")
);
--> statement-breakpoint
ALTER TABLE "customer_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "gateways" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" text NOT NULL,
	"name" text NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"last_four" text NOT NULL,
	"last_used_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid,
	CONSTRAINT "gateways_secret_hash_unique" UNIQUE("secret_hash"),
	CONSTRAINT "gateways_name_length" CHECK (length("gateways"."name") between 1 and 100)
);
--> statement-breakpoint
ALTER TABLE "gateways" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "replaced_secrets" (
	"secret_hash" "bytea" PRIMARY KEY NOT NULL,
	"token_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"last_four" text NOT NULL,
	"replaced_at" timestamp with time zone DEFAULT now() NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"last_used_address" text
);
--> statement-breakpoint
ALTER TABLE "replaced_secrets" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "token_uses" (
	"token_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"kind" text NOT NULL,
	"what" text NOT NULL,
	"agent" text DEFAULT '' NOT NULL,
	"first_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_at" timestamp with time zone DEFAULT now() NOT NULL,
	"count" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "token_uses_token_id_kind_what_pk" PRIMARY KEY("token_id","kind","what"),
	CONSTRAINT "token_uses_what_length" CHECK (length("token_uses"."what") <= 200)
);
--> statement-breakpoint
ALTER TABLE "token_uses" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "credential_reads" (
	"credential_id" uuid NOT NULL,
	"account_id" text NOT NULL,
	"reader" text NOT NULL,
	"reader_name" text NOT NULL,
	"agent" text DEFAULT '' NOT NULL,
	"first_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_at" timestamp with time zone DEFAULT now() NOT NULL,
	"count" bigint DEFAULT 1 NOT NULL,
	CONSTRAINT "credential_reads_credential_id_reader_pk" PRIMARY KEY("credential_id","reader")
);
--> statement-breakpoint
ALTER TABLE "credential_reads" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "data_keys" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" text NOT NULL,
	"wrapped" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "data_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "integrations" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" text NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"base_url" text NOT NULL,
	"icon" text DEFAULT '' NOT NULL,
	"header_name" text,
	"mode" text DEFAULT 'manual' NOT NULL,
	"adapter" text,
	"adapter_url" text,
	"sealed_adapter_secret" "bytea",
	"group_id" uuid,
	"rotate_days" integer,
	"readable_by_programs" boolean DEFAULT false NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid,
	"modified_at" timestamp with time zone DEFAULT now() NOT NULL,
	"modified_by" uuid,
	CONSTRAINT "integrations_in_account" UNIQUE("id","account_id"),
	CONSTRAINT "integrations_name_length" CHECK (length("integrations"."name") between 1 and 100),
	CONSTRAINT "integrations_rotate_days" CHECK ("integrations"."rotate_days" between 1 and 365),
	CONSTRAINT "integrations_adapter" CHECK ("integrations"."mode" = 'manual' or "integrations"."adapter" is not null)
);
--> statement-breakpoint
ALTER TABLE "integrations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "service_credentials" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"account_id" text NOT NULL,
	"user_id" uuid NOT NULL,
	"integration_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"username" text DEFAULT '' NOT NULL,
	"sealed_secret" "bytea",
	"public_key" text,
	"state" text DEFAULT 'ready' NOT NULL,
	"trouble" text,
	"external_id" text,
	"expires_at" timestamp with time zone,
	"remind_days" integer,
	"rotated_at" timestamp with time zone,
	"tested_at" timestamp with time zone,
	"test_result" text,
	"version" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid,
	"modified_at" timestamp with time zone DEFAULT now() NOT NULL,
	"modified_by" uuid,
	CONSTRAINT "service_credentials_in_account" UNIQUE("id","account_id"),
	CONSTRAINT "service_credentials_name_length" CHECK (length("service_credentials"."name") between 1 and 100),
	CONSTRAINT "service_credentials_remind_days" CHECK ("service_credentials"."remind_days" between 1 and 90)
);
--> statement-breakpoint
ALTER TABLE "service_credentials" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "token_unused_days" integer;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "token_addresses_required" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "tokens_retrievable" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "access_keys_allowed" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "api_token_seconds" integer DEFAULT 900 NOT NULL;--> statement-breakpoint
ALTER TABLE "accounts" ADD COLUMN "api_token_fresh" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "starts_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "rotated_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "allowed_addresses" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "address_mode" text DEFAULT 'enforce' NOT NULL;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "per_minute" integer;--> statement-breakpoint
ALTER TABLE "tokens" ADD COLUMN "sealed_secret" "bytea";--> statement-breakpoint
ALTER TABLE "api_user_groups" ADD CONSTRAINT "api_user_groups_api_user_id_account_id_api_users_id_account_id_fk" FOREIGN KEY ("api_user_id","account_id") REFERENCES "public"."api_users"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_user_groups" ADD CONSTRAINT "api_user_groups_group_id_account_id_groups_id_account_id_fk" FOREIGN KEY ("group_id","account_id") REFERENCES "public"."groups"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_user_secrets" ADD CONSTRAINT "api_user_secrets_api_user_id_account_id_api_users_id_account_id_fk" FOREIGN KEY ("api_user_id","account_id") REFERENCES "public"."api_users"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_user_tokens" ADD CONSTRAINT "api_user_tokens_api_user_id_account_id_api_users_id_account_id_fk" FOREIGN KEY ("api_user_id","account_id") REFERENCES "public"."api_users"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_user_tokens" ADD CONSTRAINT "api_user_tokens_customer_key_id_account_id_customer_keys_id_account_id_fk" FOREIGN KEY ("customer_key_id","account_id") REFERENCES "public"."customer_keys"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_users" ADD CONSTRAINT "api_users_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "customer_keys" ADD CONSTRAINT "customer_keys_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gateways" ADD CONSTRAINT "gateways_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "replaced_secrets" ADD CONSTRAINT "replaced_secrets_token_id_tokens_id_fk" FOREIGN KEY ("token_id") REFERENCES "public"."tokens"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "token_uses" ADD CONSTRAINT "token_uses_token_id_tokens_id_fk" FOREIGN KEY ("token_id") REFERENCES "public"."tokens"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credential_reads" ADD CONSTRAINT "credential_reads_credential_id_account_id_service_credentials_id_account_id_fk" FOREIGN KEY ("credential_id","account_id") REFERENCES "public"."service_credentials"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "data_keys" ADD CONSTRAINT "data_keys_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "integrations" ADD CONSTRAINT "integrations_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "public"."accounts"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_credentials" ADD CONSTRAINT "service_credentials_user_id_account_id_users_id_account_id_fk" FOREIGN KEY ("user_id","account_id") REFERENCES "public"."users"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service_credentials" ADD CONSTRAINT "service_credentials_integration_id_account_id_integrations_id_account_id_fk" FOREIGN KEY ("integration_id","account_id") REFERENCES "public"."integrations"("id","account_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_user_groups_by_group" ON "api_user_groups" USING btree ("group_id","api_user_id");--> statement-breakpoint
CREATE INDEX "api_user_secrets_by_user" ON "api_user_secrets" USING btree ("api_user_id","created_at");--> statement-breakpoint
CREATE INDEX "api_user_tokens_by_user" ON "api_user_tokens" USING btree ("api_user_id","created_at");--> statement-breakpoint
CREATE INDEX "api_user_tokens_by_end" ON "api_user_tokens" USING btree ("expires_at");--> statement-breakpoint
CREATE UNIQUE INDEX "api_users_login_once" ON "api_users" USING btree ("account_id",lower("login"));--> statement-breakpoint
CREATE UNIQUE INDEX "api_users_email_once" ON "api_users" USING btree (lower("email"));--> statement-breakpoint
CREATE UNIQUE INDEX "customer_keys_present_once" ON "customer_keys" USING btree ("account_id") WHERE "customer_keys"."ends_at" is null;--> statement-breakpoint
CREATE INDEX "customer_keys_by_account" ON "customer_keys" USING btree ("account_id");--> statement-breakpoint
CREATE UNIQUE INDEX "gateways_name_once" ON "gateways" USING btree ("account_id",lower("name"));--> statement-breakpoint
CREATE INDEX "replaced_secrets_by_token" ON "replaced_secrets" USING btree ("token_id","replaced_at");--> statement-breakpoint
CREATE INDEX "data_keys_by_account" ON "data_keys" USING btree ("account_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "integrations_name_once" ON "integrations" USING btree ("account_id",lower("name"));--> statement-breakpoint
CREATE UNIQUE INDEX "service_credentials_name_once" ON "service_credentials" USING btree ("user_id",lower("name"));--> statement-breakpoint
CREATE INDEX "service_credentials_by_integration" ON "service_credentials" USING btree ("integration_id","user_id");--> statement-breakpoint
CREATE INDEX "service_credentials_by_end" ON "service_credentials" USING btree ("expires_at") WHERE "service_credentials"."expires_at" is not null;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_token_unused" CHECK ("accounts"."token_unused_days" between 1 and 365);--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_api_token" CHECK ("accounts"."api_token_seconds" between 60 and 86400);--> statement-breakpoint
ALTER TABLE "tokens" ADD CONSTRAINT "tokens_per_minute" CHECK ("tokens"."per_minute" between 1 and 100000);--> statement-breakpoint
CREATE POLICY "api_user_groups_bound" ON "api_user_groups" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("api_user_groups"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "api_user_secrets_bound" ON "api_user_secrets" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("api_user_secrets"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "api_user_tokens_bound" ON "api_user_tokens" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("api_user_tokens"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "api_users_bound" ON "api_users" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("api_users"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "customer_keys_bound" ON "customer_keys" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("customer_keys"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "gateways_bound" ON "gateways" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("gateways"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "replaced_secrets_bound" ON "replaced_secrets" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("replaced_secrets"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "token_uses_bound" ON "token_uses" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("token_uses"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "credential_reads_bound" ON "credential_reads" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("credential_reads"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "data_keys_bound" ON "data_keys" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("data_keys"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "integrations_bound" ON "integrations" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("integrations"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
CREATE POLICY "service_credentials_bound" ON "service_credentials" AS PERMISSIVE FOR ALL TO "latchkey_tenant" USING ("service_credentials"."account_id" = any((select string_to_array(current_setting('latchkey.accounts', true), ','))::text[]));--> statement-breakpoint
-- One address is one person's or one program's. People's rows share a lock, so that only programs wait for anybody, and for
-- few: there are 1024 of them, so that making a million people takes no more.
CREATE FUNCTION "demand_address_of_no_program"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND lower(NEW.email) = lower(OLD.email) THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock_shared(7460231, hashtext(lower(NEW.email)) & 1023);
  IF EXISTS (SELECT FROM api_users WHERE lower(email) = lower(NEW.email)) THEN
    RAISE unique_violation USING CONSTRAINT = 'users_email_once', MESSAGE = 'an API user has this address';
  END IF;
  RETURN NEW;
END
$$;--> statement-breakpoint
CREATE FUNCTION "demand_address_of_no_person"() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND lower(NEW.email) = lower(OLD.email) THEN
    RETURN NEW;
  END IF;
  PERFORM pg_advisory_xact_lock(7460231, hashtext(lower(NEW.email)) & 1023);
  IF EXISTS (SELECT FROM users WHERE lower(email) = lower(NEW.email)) THEN
    RAISE unique_violation USING CONSTRAINT = 'api_users_email_once', MESSAGE = 'a person has this address';
  END IF;
  RETURN NEW;
END
$$;--> statement-breakpoint
CREATE TRIGGER "users_address" BEFORE INSERT OR UPDATE OF "email" ON "users" FOR EACH ROW EXECUTE FUNCTION "demand_address_of_no_program"();--> statement-breakpoint
CREATE TRIGGER "api_users_address" BEFORE INSERT OR UPDATE OF "email" ON "api_users" FOR EACH ROW EXECUTE FUNCTION "demand_address_of_no_person"();--> statement-breakpoint
GRANT SELECT, INSERT, UPDATE, DELETE ON "api_user_groups", "api_user_secrets", "api_user_tokens", "api_users", "credential_reads", "customer_keys", "data_keys", "gateways", "integrations", "replaced_secrets", "service_credentials", "token_uses" TO "latchkey_tenant";
