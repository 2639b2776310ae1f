import Link from "next/link";
import { buttonClass } from "@/components/ui/button";
import { errorInWords } from "@/components/ui/error-words";
import { StatusMark } from "@/components/ui/status";
import type { CompletionCode, CompletionFailure } from "@/lib/completions/schema";
import { pages } from "@/lib/paths";
import { providerIdOf, providerInfo } from "@/lib/providers/schema";

/** These are put right in the API keys panel. */
const ofTheKey: readonly CompletionCode[] = ["bad_key", "key_missing", "key_expired"];

type Props = { failure: CompletionFailure; provider: string };

/** Why it failed in plain words, what to do, a way there, and the provider's own words. */
export function FailureNote({ failure, provider }: Props) {
  const id = providerIdOf(provider);
  const help = id && failure.help ? providerInfo(id).links[failure.help] : null;
  const keyFix = id !== null && ofTheKey.includes(failure.code);
  return (
    <div role="alert" className="rounded-md bg-bad-wash px-2.5 py-2 text-sm">
      <p className="flex items-start gap-2 font-semibold text-bad wrap-anywhere">
        <span className="flex h-4.5 items-center">
          <StatusMark tone="bad" />
        </span>
        {failure.cause}
      </p>
      <p className="mt-1 pl-4.25 wrap-anywhere text-ink">{failure.fix}</p>
      {(keyFix || help) && (
        <div className="mt-2 flex flex-wrap items-center gap-2 pl-4.25">
          {keyFix && (
            <Link href={pages.apiKeys(id)} className={buttonClass("primary", "sm")}>
              Update API Key
            </Link>
          )}
          {id && failure.help && help && (
            <a
              href={help}
              target="_blank"
              rel="noreferrer"
              className="text-ink underline underline-offset-2"
            >
              {providerInfo(id).name}'s page for {failure.help}
            </a>
          )}
        </div>
      )}
      <ProviderWords failure={failure} name={id ? providerInfo(id).name : provider} />
    </div>
  );
}

function ProviderWords({ failure, name }: { failure: CompletionFailure; name: string }) {
  const { code, provider_status, provider_message } = failure;
  const status = provider_status === null ? "" : ` (status ${provider_status})`;
  return (
    <div className="mt-2 border-t border-line-strong pt-1.5 pl-4.25">
      {provider_message && (
        <>
          <p className="text-ink-2">
            {name} said{status}:
          </p>
          <blockquote className="mt-0.5 font-mono wrap-anywhere text-ink">
            {provider_message}
          </blockquote>
        </>
      )}
      <p className="text-ink-2">
        {!provider_message && provider_status !== null && `${name} answered ${provider_status}. `}
        Code <span className="font-mono">{code}</span>
      </p>
    </div>
  );
}

/** The console itself refused, or its own connection broke. */
export function RefusalNote({ error }: { error: unknown }) {
  const { title, detail, requestId } = errorInWords(error);
  return (
    <div role="alert" className="rounded-md bg-bad-wash px-2.5 py-2 text-sm wrap-anywhere">
      <p className="font-semibold text-bad">{title}</p>
      <p className="mt-0.5">{detail}</p>
      {requestId && (
        <p className="mt-0.5 text-ink-2">
          Request <span className="font-mono">{requestId}</span>
        </p>
      )}
    </div>
  );
}
