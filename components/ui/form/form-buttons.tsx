import { Button } from "./button";

export type FormButtonsProps = {
  /** The verb, such as "Make token". */
  label: string;
  /** While it is being done neither button works. */
  busy: boolean;
  onCancel: () => void;
} & (
  | { onSubmit: () => void; form?: never }
  /** The id of the form that the button submits, where that stands outside of it. */
  | { form: string; onSubmit?: never }
);

/** The foot of a dialog that asks something: leave it, or do it. */
export function FormButtons({ label, busy, onCancel, form, onSubmit }: FormButtonsProps) {
  return (
    <>
      <Button disabled={busy} onClick={onCancel}>
        Cancel
      </Button>
      <Button
        variant="primary"
        type={form ? "submit" : "button"}
        form={form}
        busy={busy}
        onClick={onSubmit}
      >
        {label}
      </Button>
    </>
  );
}
