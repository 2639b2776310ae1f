"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type ReactNode, useEffect, useState } from "react";
import { modelQueries } from "@/components/models/queries";
import { Button } from "@/components/ui/form/button";
import { type ButtonVariant, buttonClass } from "@/components/ui/form/button-class";
import { describeError } from "@/components/ui/text/describe-error";
import { StatusMark } from "@/components/ui/text/status";
import { ApiError } from "@/lib/api/client";
import type { CompletionFailure, CompletionRequest } from "@/lib/completions/schema";
import type { AvailableModels } from "@/lib/discovery/schema";
import { formatProviderName, formatWait } from "@/lib/format";
import { modelPk } from "@/lib/models/schema";
import { pages } from "@/lib/paths";
import { judgeBedrockId, profilesOf } from "@/lib/providers/rules/bedrock-id";
import { type Fix, fixesFor, type RequestChange } from "./failure-fixes";

/** The surrounding screen's actions for a failure. */
export type FixHandlers = {
  /** Runs the same model again, with the change. */
  again: (change: RequestChange, changeLabel?: string) => void;
  editPrompt: () => void;
  /** Opens the model picker; if absent, a link leads to the provider's models. */
  chooseModel?: () => void;
  /** Replaces the model ID; if absent, the playground opens with that ID. */
  useModel?: (modelId: string) => void;
};

type Props = {
  failure: CompletionFailure;
  /** When to try again, in milliseconds since 1970; null or absent if the provider doesn't say. */
  retryAt?: number | null;
  provider: string;
  request: CompletionRequest | null;
  handlers: FixHandlers;
};

/** Cause, fix, buttons for the fix, and the provider's own message. */
export function FailureNote({ failure, retryAt, provider, request, handlers }: Props) {
  return (
    <>
      <Explanation failure={failure} provider={provider} request={request} handlers={handlers} />
      {/* Outside the alert, which a screen reader would otherwise announce every second. */}
      {retryAt && <RetryCountdown retryAt={retryAt} name={formatProviderName(provider)} />}
    </>
  );
}

function Explanation({ failure, provider, request, handlers }: Omit<Props, "retryAt">) {
  const fixes = fixesFor(failure, provider, request);
  return (
    <div role="alert" className="rounded-md bg-bad-wash px-2.5 py-2 text-sm">
      <p className="flex items-start gap-2 font-semibold text-bad wrap-anywhere">
        <span className="flex h-4.5 items-center">
          <StatusMark tone="bad" />
        </span>
        {failure.cause}
      </p>
      <p className="mt-1 pl-4.25 wrap-anywhere text-ink">{failure.fix}</p>
      {fixes.length > 0 && (
        <div className="mt-2 flex flex-wrap items-center gap-2 pl-4.25">
          {fixes.map((fix, index) => (
            <FixButton
              key={"label" in fix ? fix.label : fix.kind}
              fix={fix}
              isFirst={index === 0}
              handlers={handlers}
            />
          ))}
        </div>
      )}
      <ProviderMessage failure={failure} name={formatProviderName(provider)} />
    </div>
  );
}

type FixButtonProps = { fix: Fix; isFirst: boolean; handlers: FixHandlers };

function FixButton({ fix, isFirst, handlers }: FixButtonProps) {
  const variant = isFirst ? "primary" : "secondary";
  switch (fix.kind) {
    case "key":
      return <InsideLink href={fix.href} label={fix.label} variant={variant} />;
    case "page":
      return <OutsideLink {...fix} isFirst={isFirst} />;
    case "again":
      return (
        <FixAction variant={variant} onClick={() => handlers.again(fix.change, fix.changeLabel)}>
          {fix.label}
        </FixAction>
      );
    case "prompt":
      return (
        <FixAction variant={variant} onClick={handlers.editPrompt}>
          {fix.label}
        </FixAction>
      );
    case "choose":
      return handlers.chooseModel ? (
        <FixAction variant={variant} onClick={handlers.chooseModel}>
          {fix.label}
        </FixAction>
      ) : (
        <InsideLink href={fix.href} label={fix.label} variant={variant} />
      );
    case "profile":
      return <ProfileFix modelId={fix.modelId} variant={variant} onUse={handlers.useModel} />;
  }
}

type FixActionProps = {
  variant: "primary" | "secondary";
  onClick: () => void;
  children: ReactNode;
};

function FixAction({ variant, onClick, children }: FixActionProps) {
  return (
    <Button size="sm" variant={variant} onClick={onClick}>
      {children}
    </Button>
  );
}

type InsideLinkProps = { href: string; label: string; variant: "primary" | "secondary" };

function InsideLink({ href, label, variant }: InsideLinkProps) {
  return (
    <Link href={href} prefetch={false} className={buttonClass(variant, "sm")}>
      {label}
    </Link>
  );
}

function OutsideLink({ href, label, isFirst }: { href: string; label: string; isFirst: boolean }) {
  return (
    <a
      href={href}
      target="_blank"
      rel="noreferrer"
      className={isFirst ? buttonClass("primary", "sm") : "text-ink underline underline-offset-2"}
    >
      {label}
    </a>
  );
}

function RetryCountdown({ retryAt, name }: { retryAt: number; name: string }) {
  const [now, setNow] = useState(() => Date.now());
  // The external system is the clock.
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.ceil((retryAt - now) / 1000);
  return (
    <p role="timer" className="text-sm text-ink-2">
      {seconds > 0 ? `${name} asks you to wait ${formatWait(seconds)}.` : "You can try again now."}
    </p>
  );
}

function ProviderMessage({ failure, name }: { failure: CompletionFailure; name: string }) {
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

type RefusalProps = { error: unknown; onAgain: () => void };

/** The console refused the request, or the connection to it was lost. */
export function RefusalNote({ error, onAgain }: RefusalProps) {
  const { title, detail, requestId } = describeError(error);
  return (
    <div role="alert" className="rounded-md bg-bad-wash px-2.5 py-2 text-sm wrap-anywhere">
      <p className="font-semibold text-bad">{title}</p>
      <p className="mt-0.5">{detail}</p>
      {requestId && (
        <p className="mt-0.5 text-ink-2">
          Request <span className="font-mono">{requestId}</span>
        </p>
      )}
      {mayPass(error) && (
        <Button size="sm" className="mt-2" onClick={onAgain}>
          Run again
        </Button>
      )}
    </div>
  );
}

/** Lost connections, server errors and rate limits are temporary; refusals aren't. */
function mayPass(error: unknown): boolean {
  return (
    !(error instanceof ApiError) || error.problem.status >= 500 || error.problem.status === 429
  );
}

type ProfileFixProps = {
  modelId: string;
  variant: ButtonVariant;
  onUse?: (modelId: string) => void;
};

/** Offers the ID that the region lists for this model, if there is one. */
function ProfileFix({ modelId, variant, onUse }: ProfileFixProps) {
  const { data, isPending, isFetching, refetch } = useQuery(modelQueries.available("bedrock"));
  if (isPending) return <span className="text-ink-2">Looking for its profile…</span>;
  if (!data) {
    return (
      <Button size="sm" variant={variant} busy={isFetching} onClick={() => refetch()}>
        Look for its profile again
      </Button>
    );
  }
  const better = betterId(modelId, data);
  if (!better) return null;
  if (onUse) {
    return (
      <Button size="sm" variant={variant} onClick={() => onUse(better)}>
        Use {better}
      </Button>
    );
  }
  const models = modelPk({ provider: "bedrock", model_id: better });
  return (
    <Link
      href={pages.playground({ models })}
      prefetch={false}
      className={buttonClass(variant, "sm")}
    >
      Try {better} in the playground
    </Link>
  );
}

function betterId(modelId: string, { bedrock }: AvailableModels): string | undefined {
  if (!bedrock) return undefined;
  const base = bedrock.profiles.find(({ model_id }) => model_id === modelId)?.bases[0] ?? modelId;
  const candidates = [
    ...judgeBedrockId(modelId, bedrock).corrections,
    ...profilesOf(base, bedrock),
  ];
  return candidates.find((candidate) => candidate !== modelId);
}
