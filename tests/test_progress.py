from skn_noise import noise_curve


def test_progress_is_silent_without_a_terminal(quick_pipeline, digits, capfd):
    noise_curve(quick_pipeline, *digits, scales=[0.5, 2.0], cv=2, progress=True)
    assert capfd.readouterr() == ("", "")
