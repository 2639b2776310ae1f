import Link from "next/link";
import { Button } from "@/components/ui/form/button";
import { RelativeTime } from "@/components/ui/text/relative-time";
import { Tag } from "@/components/ui/text/tag";
import { formatDay } from "@/lib/format";
import { pages } from "@/lib/paths";
import type { ApiToken } from "@/lib/tokens/schema";

type Props = {
  token: ApiToken;
  /** Absent for an expired or revoked token. */
  onRevoke?: (token: ApiToken) => void;
};

/** A token's role, expiry, owner and last use. */
export function TokenItem({ token, onRevoke }: Props) {
  const { name, role, id, created_by, created_at, last_used_at } = token;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 border-t border-line px-4 py-3 first:border-t-0">
      <div className="min-w-0 flex-1 basis-96 max-sm:basis-full">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <h2 className="font-medium wrap-anywhere">{name}</h2>
          <Tag tone={role === "admin" ? "accent" : "neutral"}>{role}</Tag>
          <span className="font-mono text-xs text-ink-3">swb_{id}_…</span>
        </div>
        <p className="mt-0.5 text-ink-2">
          <Ending token={token} /> ·{" "}
          {last_used_at ? (
            <>
              last used <RelativeTime at={last_used_at} />
            </>
          ) : (
            "never used"
          )}
        </p>
        <p className="text-sm wrap-anywhere text-ink-3">
          Made by {created_by} <RelativeTime at={created_at} /> ·{" "}
          <Link
            href={pages.activity({ actor: `token:${name}` })}
            prefetch={false}
            className="underline decoration-line-strong underline-offset-3 hover:decoration-current"
          >
            What it did<span className="sr-only">: {name}</span>
          </Link>
        </p>
      </div>
      {onRevoke && (
        <Button size="sm" aria-label={`Revoke ${name}`} onClick={() => onRevoke(token)}>
          Revoke…
        </Button>
      )}
    </li>
  );
}

function Ending({ token }: { token: ApiToken }) {
  const { state, expires_at, revoked_at, revoked_by } = token;
  if (state === "revoked" && revoked_at) {
    return (
      <>
        Revoked by {revoked_by} <RelativeTime at={revoked_at} />
      </>
    );
  }
  return (
    <>
      {state === "expired" ? "Expired" : "Expires"} {formatDay(expires_at.slice(0, 10))},{" "}
      <RelativeTime at={expires_at} />
    </>
  );
}
