/** `<1s`, `23s`, `1m 23s`, `2h 05m 00s`. */
export function durationText(ms: number): string {
  const total = Math.round(ms / 1000)
  if (total < 1) return '<1s'
  const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60]
  if (hours > 0) return `${hours}h ${twoDigits(minutes)}m ${twoDigits(seconds)}s`
  return minutes > 0 ? `${minutes}m ${twoDigits(seconds)}s` : `${seconds}s`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
