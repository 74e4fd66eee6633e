"""`make rehearse`: starts everything, says where it is, and ends it all when told to."""

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from tests.rehearse.rehearsal import rehearsal
from tests.rehearse.vendor import serving

PORT = 8100


def main(
    port: Annotated[int, typer.Option(help="Cổng của sân khấu.")] = PORT,
    folder: Annotated[Path | None, typer.Option(help="Giữ dữ liệu ở thư mục này.", file_okay=False)] = None,
) -> None:
    """Tập dượt: chơi vai bà con trên Zalo, Telegram mà chưa cần token nào."""
    with ExitStack() as ending:
        kept = folder or Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="kcbot-")))
        kept.mkdir(parents=True, exist_ok=True)
        stage = ending.enter_context(rehearsal(kept))
        typer.echo(f"Sân khấu:        http://127.0.0.1:{port}")
        typer.echo(f"Trang quản trị:  {stage.program.url}/console")
        if stage.program.password:
            typer.echo(f"                 tên admin, mật khẩu dùng một lần {stage.program.password}")
        typer.echo(f"Trang chat:      {stage.program.url}/chat")
        typer.echo("Bấm Ctrl+C để kết thúc.")
        serving(stage.app(), port).run()


if __name__ == "__main__":
    typer.run(main)
