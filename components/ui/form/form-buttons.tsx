import { Button } from "./button";

export type FormButtonsProps = {
  /** The verb, such as "Make token". */
  label: string;
  /** While it is being done neither button works. */
  busy: boolean;
  /** Something else is being done. */
  disabled?: boolean;
  onCancel: () => void;
  /** The id of the form that the button submits. */
  form: string;
};

/** The foot of a dialog with a form: leave it, or do it. */
export function FormButtons({ label, busy, disabled = false, onCancel, form }: FormButtonsProps) {
  return (
    <>
      <Button disabled={busy || disabled} onClick={onCancel}>
        Cancel
      </Button>
      <Button variant="primary" type="submit" form={form} busy={busy} disabled={disabled}>
        {label}
      </Button>
    </>
  );
}
