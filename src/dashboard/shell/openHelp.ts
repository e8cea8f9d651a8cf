export function openHelp(): void {
  document.querySelector<HTMLDialogElement>('dialog.help')?.showModal()
}
